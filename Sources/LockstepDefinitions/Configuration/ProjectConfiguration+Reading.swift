internal import LockstepJSON
internal import LockstepModel

extension ProjectConfiguration {
    /// Reads the file of a project.
    ///
    /// - Throws: `WORKFLOW_INVALID` with everything that is wrong with it.
    package init(of project: Project) throws(DefinitionError) {
        let loaded = Self.load(project)
        guard !loaded.findings.contains(where: \.isError) else {
            throw DefinitionError(
                .workflowInvalid,
                "\(Self.fileName) says who may work on this project, and cannot be used; nothing was done",
                findings: loaded.findings
            )
        }
        self = loaded.value
    }

    /// The file as far as it can be read, and what is wrong with it; nothing is wrong with a file that is not there.
    static func load(_ project: Project) -> (value: ProjectConfiguration, findings: [Finding]) {
        let path = "\(project.root)/\(fileName)"
        guard let document = SourceDocument.load(path, named: fileName) else { return (ProjectConfiguration(), []) }
        guard let json = document.root?.json else { return (ProjectConfiguration(), document.findings) }
        var decoder = DefinitionDecoder()
        let value = decoder.configuration(json)
        return (value, (document.findings + decoder.problems.map(document.finding)).sorted())
    }
}

extension DefinitionDecoder {
    fileprivate mutating func configuration(_ json: JSONValue) -> ProjectConfiguration {
        var found = ProjectConfiguration()
        guard
            let members = members(json, "the configuration", known: ["tenants", "users"], at: JSONPointer([]))
        else { return found }
        for (name, value, place) in namedEntries("tenants", in: members) {
            found.tenants[name] = tenant(value, at: place)
        }
        for (name, value, place) in namedEntries("users", in: members) {
            let rules = user(value, at: place)
            found.users[name] = rules
            for tenant in rules.tenants where !found.tenants.isEmpty && found.tenants[tenant] == nil {
                guard tenant != ProjectConfiguration.defaultTenant else { continue }
                note(place.appending("tenants"), "there is no tenant `\(tenant)` under `tenants`")
            }
        }
        return found
    }

    private mutating func namedEntries(
        _ key: String,
        in members: Members
    ) -> [(name: String, value: JSONValue, place: JSONPointer)] {
        entries(key, in: members).filter { name, _, place in
            let isName = !name.isEmpty && name.utf8.count <= 100 && !name.unicodeScalars.contains { $0.value < 0x20 }
            if !isName {
                noteName(place, "a name under `\(key)` has 1 to 100 characters, none of them a control character")
            }
            return isName
        }
    }

    private mutating func tenant(_ json: JSONValue, at place: JSONPointer) -> ProjectConfiguration.TenantRules {
        var rules = ProjectConfiguration.TenantRules()
        guard json != .null, let members = members(json, "a tenant", known: ["private_jobs"], at: place) else {
            return rules
        }
        rules.privateJobs = flag("private_jobs", in: members) ?? false
        return rules
    }

    private mutating func user(_ json: JSONValue, at place: JSONPointer) -> ProjectConfiguration.UserRules {
        var rules = ProjectConfiguration.UserRules()
        guard json != .null, let members = members(json, "a user", known: ["type", "tenants", "scopes"], at: place)
        else { return rules }
        if let text = text("type", in: members) {
            if let kind = Actor.Kind(rawValue: text) {
                rules.kind = kind
            } else {
                let kinds = Actor.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                note(members.place("type"), "`type` is one of \(kinds); it is \(JSONValue.string(text).shown)")
            }
        }
        if members["tenants"] != nil {
            let tenants = texts("tenants", in: members).map(\.text)
            if tenants.isEmpty { note(members.place("tenants"), "`tenants` must name at least one") }
            rules.tenants = tenants
        }
        if members["scopes"] != nil {
            rules.scopes = []
            for (text, place) in texts("scopes", in: members) {
                guard let scope = Scope(rawValue: text) else {
                    let names = Scope.allCases.map(\.rawValue)
                    let nearest = EditDistance.nearest(to: text, among: names)
                    note(
                        place,
                        "`\(text)` is no scope; there are \(names.joined(separator: ", "))",
                        suggestion: nearest
                    )
                    continue
                }
                rules.scopes.insert(scope)
            }
        }
        return rules
    }
}
