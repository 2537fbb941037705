internal import LockstepJSON
internal import LockstepModel

/// What a tool's requirements and hints ask for.
struct CWLRequests {
    var usesNetwork = false
    var mayNotReuse = false
    var resources = JSONObject()
    /// `$(runtime.cores)`; nil when the document gives no fixed number.
    var cores: Int64? = 1
    /// `$(runtime.ram)`, MiB; likewise.
    var memory: Int64? = 256
}

extension CWLImporter {
    mutating func readRequirements() {
        var seen: Set<String> = []
        for (field, isHint) in [("requirements", false), ("hints", true)] {
            for entry in requirements(field) {
                // A requirement goes before a hint of the same class.
                guard seen.insert(entry.name).inserted || !isHint else { continue }
                read(entry.name, entry.body ?? [:], isHint: isHint, at: entry.place)
            }
        }
    }

    private mutating func requirements(_ field: String) -> [Entry] {
        let place = JSONPointer([field])
        if let items = root[field]?.arrayValue {
            return items.enumerated().compactMap { index, item in
                guard let name = item["class"]?.stringValue else {
                    refuse(place.appending(index), "a requirement needs `class`")
                    return nil
                }
                return Entry(name: name, value: item, body: item.objectValue, place: place.appending(index))
            }
        }
        return entries(root[field], name: "class", at: place)
    }

    private mutating func read(_ name: String, _ body: JSONObject, isHint: Bool, at place: JSONPointer) {
        switch name {
        case "EnvVarRequirement":
            environmentEntries = entries(body["envDef"], name: "envName", at: place.appending("envDef"))
        case "ResourceRequirement": readResources(body, at: place)
        case "ToolTimeLimit": readTimeLimit(body["timelimit"], at: place.appending("timelimit"))
        case "NetworkAccess": requests.usesNetwork = flag("networkAccess", body, at: place) ?? false
        case "WorkReuse": requests.mayNotReuse = flag("enableReuse", body, at: place) == false
        case "LoadListingRequirement" where body["loadListing"] == "no_listing": break
        case "InplaceUpdateRequirement" where body["inplaceUpdate"] == false: break
        case "DockerRequirement" where isHint:
            let image = body["dockerPull"]?.stringValue.map { " (\($0))" } ?? ""
            warn(
                place,
                "the container\(image), because a step runs the programs of this machine; install what the tool needs"
            )
        case "SoftwareRequirement":
            let packages = entries(body["packages"], name: "package", at: place).map(\.name).joined(separator: ", ")
            warn(
                place,
                "`SoftwareRequirement`; see that this machine has \(packages.isEmpty ? "what it names" : packages)"
            )
        default:
            if isHint { return warn(place, "the hint `\(name)`") }
            refuseName(place, "the requirement `\(name)` is not carried\(Self.reasons[name] ?? "")")
        }
    }

    private static let reasons = [
        "DockerRequirement":
            ", because a step runs the programs of this machine; if the program is installed here, write it under `hints`",
        "InlineJavascriptRequirement":
            ", because nothing here runs JavaScript; leave it out when no expression needs it",
        "ShellCommandRequirement":
            ", because a command never goes through a shell; write a script of its own and make it the tool",
        "InitialWorkDirRequirement":
            ", because a step's work folder begins empty; let the tool read its inputs where they are",
        "SchemaDefRequirement": "; write the types where they are used",
        "InplaceUpdateRequirement": ", because inputs cannot be changed",
        "LoadListingRequirement": ", because a step sees no folders that it did not make",
    ]

    /// A thousand years, and a pebibyte: more is a mistake.
    private static let longestSeconds: Int64 = 31_536_000_000
    private static let mostMebibytes = 1_073_741_824.0

    private mutating func flag(_ name: String, _ body: JSONObject, at place: JSONPointer) -> Bool? {
        guard let value = body[name] else { return nil }
        if value.boolValue == nil {
            refuse(place.appending(name), "`\(name)` must be true or false; an expression is not carried")
        }
        return value.boolValue
    }

    /// The variables of the environment, whose values may name inputs.
    mutating func environment() -> JSONObject {
        var variables = JSONObject()
        for entry in environmentEntries {
            let value = entry.body?["envValue"] ?? entry.value
            let place = entry.body == nil ? entry.place : entry.place.appending("envValue")
            let isValid = DefinitionName.isValid(entry.name) && !entry.name.contains { $0 == "." || $0 == "-" }
            if !isValid || entry.name.hasPrefix("LOCKSTEP_") {
                refuseName(entry.place, "the environment variable `\(entry.name)` cannot be set by a tool")
            }
            guard let text = text(value, "envValue", at: place), let term = term(text, own: nil, at: place) else {
                continue
            }
            if term.mayBeMissing || !(term.type.isText || term.type == .boolean || term.type == .file) {
                refuse(
                    place,
                    "\(text) may have no value, or is \(term.type.shown), which is not carried in the environment"
                )
            }
            variables[entry.name] = .string(term.text)
        }
        return variables
    }

    private mutating func readTimeLimit(_ json: JSONValue?, at place: JSONPointer) {
        guard let seconds = json?.integerValue, (0...Self.longestSeconds).contains(seconds) else {
            return refuse(place, "`timelimit` must be a whole number of seconds; it is \((json ?? .null).shown)")
        }
        if seconds == 0 {
            warn(
                place,
                "`timelimit: 0`, because every step has a limit; it is \(ResourceLimits.standard.wall) unless `resources.wall` says another"
            )
        } else {
            requests.resources["wall"] = .string("\(DurationText(milliseconds: seconds * 1000))")
        }
    }

    /// Reservations become limits that leave at least as much; what a step may use of the processors is not limited.
    private mutating func readResources(_ body: JSONObject, at place: JSONPointer) {
        checkKeys(
            body,
            ["class", "coresMin", "coresMax", "ramMin", "ramMax", "tmpdirMin", "tmpdirMax", "outdirMin", "outdirMax"],
            "a ResourceRequirement",
            at: place
        )
        for name in body.names where name != "class" && !name.contains(":") {
            if body[name]?.doubleValue.map((0...Self.mostMebibytes).contains) == true { continue }
            return refuse(place.appending(name), "`\(name)` must be a number from 0 up; an expression is not carried")
        }
        func fixed(_ names: String...) -> Int64? {
            names.compactMap { body[$0]?.doubleValue }.max().map { Int64($0.rounded(.up)) }
        }
        if body["coresMin"] != nil || body["coresMax"] != nil {
            let cores = body["coresMin"] ?? body["coresMax"]
            requests.cores = cores?.integerValue
            warn(place, "the processors of `ResourceRequirement`, because a step may use all of them")
        }
        if let memory = fixed("ramMin", "ramMax") {
            requests.memory = (body["ramMin"] ?? body["ramMax"])?.integerValue
            let limit = ByteCount.mebibytes(memory)
            if limit.bytes > ResourceLimits.standard.memory.bytes || body["ramMax"] != nil {
                requests.resources["memory"] = .string(Self.text(ofSize: limit))
            }
        }
        if let size = fixed("tmpdirMin", "tmpdirMax", "outdirMin", "outdirMax") {
            let limit = ByteCount.mebibytes(size)
            if limit.bytes > ResourceLimits.standard.workSize.bytes {
                requests.resources["work_size"] = .string(Self.text(ofSize: limit))
            }
        }
    }
}
