package import LockstepJSON
package import LockstepModel

extension DefinitionDecoder {
    private static let toolKeys = [
        "tool_id", "name", "version", "description", "command", "parameters", "outputs", "stdin", "env",
        "secrets", "exit_codes", "progress", "stub", "estimated_cost", "idempotent", "cache", "sandbox", "resources",
    ]

    /// Reads a tool; nil when it is no object at all. The tool may be used only when there are no problems.
    package mutating func tool(_ json: JSONValue, folder: String? = nil) -> Tool? {
        let root = JSONPointer()
        guard let members = members(json, "a tool", known: Self.toolKeys, at: root) else { return nil }
        let id = name("tool_id", in: members, "a tool")
        for key in ["name", "version", "command"] { require(key, in: members, "a tool") }
        var tool = Tool(
            id: ToolID(id),
            name: text("name", in: members) ?? id,
            version: text("version", in: members) ?? "",
            description: text("description", in: members) ?? "",
            command: command(in: members),
            parameters: parameters(in: members),
            definition: json,
            folder: folder
        )
        tool.outputs = outputs(in: members)
        tool.stdin = members["stdin"].flatMap { template($0, "stdin", at: members.place("stdin")) }
        tool.environment = environment(in: members)
        tool.secrets = secrets(in: members)
        tool.successExitCodes = successExitCodes(in: members)
        tool.progressPattern = progressPattern(in: members)
        tool.sandbox = sandbox(in: members)
        tool.limits = limits(in: members)
        tool.stub = stub(in: members, outputs: tool.outputs)
        tool.isIdempotent = flag("idempotent", in: members) ?? true
        tool.mayCache = flag("cache", in: members) ?? true
        tool.estimatedCost = estimatedCost(in: members)
        checkPlaceholders(of: tool, in: members)
        return tool
    }

    // MARK: - Command and parameters

    private mutating func command(in members: Members) -> [CommandItem] {
        let list = list("command", in: members)
        if members["command"]?.arrayValue?.isEmpty == true {
            note(members.place("command"), "the command is empty; its first item is the program")
        }
        if let first = list.first {
            if first.item.arrayValue != nil {
                note(first.place, "the first item of the command is the program; it cannot be an optional group")
            } else if first.item.objectValue != nil {
                note(first.place, "the first item of the command is the program; it cannot be repeated")
            } else if let text = first.item.stringValue, let template = Template(parsing: text) {
                checkProgram(template, at: first.place)
            }
        }
        return list.compactMap { item, place in commandItem(item, at: place) }
    }

    private mutating func checkProgram(_ program: Template, at place: JSONPointer) {
        if program.segments.isEmpty { note(place, "the program's name is empty") }
        if !program.placeholders.isEmpty {
            note(place, "the program must be fixed; a placeholder may stand only in its arguments")
        }
    }

    private mutating func parameters(in members: Members) -> [Parameter] {
        let known = ["required", "default", "description", "schema", "pass", "separator"]
        var parameters: [Parameter] = []
        for (name, value, place) in entries("parameters", in: members) {
            check(name: name, "a parameter", at: place, concernsName: true)
            guard let entry = self.members(value, "a parameter", known: known, at: place) else { continue }
            var parameter = Parameter(
                name: name,
                description: text("description", in: entry) ?? "",
                isRequired: flag("required", in: entry) ?? false,
                defaultValue: entry["default"],
                schema: entry["schema"].map { schema($0, at: entry.place("schema")) } ?? ValueSchema()
            )
            if let value = entry["default"] {
                check(value, "the default", against: parameter.schema, at: entry.place("default"))
            }
            if let pass = entry["pass"] {
                parameter.passesAsFile = pass == "file"
                if pass != "file" { note(entry.place("pass"), "`pass` can only be `file`; it is \(pass.shown)") }
            }
            parameter.separator = separator(of: parameter, in: entry)
            parameters.append(parameter)
        }
        return parameters
    }

    private mutating func separator(of parameter: Parameter, in entry: Members) -> String? {
        guard let separator = text("separator", in: entry) else { return nil }
        if !parameter.schema.types.contains(.array) {
            noteName(entry.place("separator"), "`separator` is for lists only; the schema must be `type: array`")
        } else if parameter.passesAsFile {
            noteName(entry.place("separator"), "`separator` has no use beside `pass: file`, which gives a path")
        }
        return separator
    }

    // MARK: - Environment, exit, progress

    private mutating func environment(in members: Members) -> [String: Template] {
        var environment: [String: Template] = [:]
        for (name, value, place) in entries("env", in: members) {
            checkVariable(environment: name, at: place)
            environment[name] = template(value, name, at: place)
        }
        return environment
    }

    private mutating func checkVariable(environment name: String, at place: JSONPointer) {
        let isValid = DefinitionName.isValid(name) && !name.contains { $0 == "." || $0 == "-" }
        let message =
            if !isValid {
                "an environment variable cannot be called \(JSONValue.string(name).shown)"
            } else if name.hasPrefix("LOCKSTEP_") {
                "environment variables that begin with LOCKSTEP_ are set by the runner"
            } else {
                ""
            }
        guard !message.isEmpty else { return }
        noteName(place, message)
    }

    private mutating func successExitCodes(in members: Members) -> Set<Int32> {
        let place = members.place("exit_codes")
        guard let value = members["exit_codes"],
            let entry = self.members(value, "`exit_codes`", known: ["success"], at: place)
        else { return [0] }
        require("success", in: entry, "`exit_codes`")
        var codes: Set<Int32> = []
        for (item, place) in list("success", in: entry) {
            if let code = item.integerValue, (0...255).contains(code) {
                codes.insert(Int32(code))
            } else {
                note(place, "an exit code is a whole number from 0 to 255; it is \(item.shown)")
            }
        }
        if entry["success"]?.arrayValue?.isEmpty == true {
            note(entry.place("success"), "no exit code would mean success; name at least one")
        }
        return codes.isEmpty ? [0] : codes
    }

    private mutating func progressPattern(in members: Members) -> String? {
        let place = members.place("progress")
        guard let value = members["progress"],
            let entry = self.members(value, "`progress`", known: ["pattern"], at: place)
        else { return nil }
        require("pattern", in: entry, "`progress`")
        guard let source = text("pattern", in: entry) else { return nil }
        do {
            _ = try Pattern(source)
        } catch {
            note(entry.place("pattern"), "the pattern cannot be read: \(error)")
            return nil
        }
        let hasPages = source.contains("(?<current>") && source.contains("(?<total>")
        if !hasPages, !source.contains("(?<percent>") {
            let message = "the pattern needs the groups (?<current>…) and (?<total>…), or (?<percent>…)"
            note(entry.place("pattern"), message)
        }
        return source
    }

    private mutating func estimatedCost(in members: Members) -> String? {
        guard let value = members["estimated_cost"] else { return nil }
        let written = value.stringValue ?? { if case .integer(let whole) = value { String(whole) } else { nil } }()
        let parts = (written ?? "").split(separator: ".", omittingEmptySubsequences: false)
        let isDecimal =
            (1...2).contains(parts.count)
            && parts.allSatisfy { (1...18).contains($0.count) && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        if !isDecimal {
            note(
                members.place("estimated_cost"),
                "`estimated_cost` is money in quotes, such as \"0.12\"; it is \(value.shown)"
            )
        }
        return isDecimal ? written : nil
    }

    private mutating func stub(in members: Members, outputs: [Output]) -> JSONObject? {
        let entries = entries("stub", in: members)
        for (name, value, place) in entries {
            guard let output = outputs.first(where: { $0.name == name }) else {
                let nearest = EditDistance.nearest(to: name, among: outputs.map(\.name))
                let hint = nearest.map { "; did you mean `\($0)`?" } ?? ""
                noteName(place, "the tool has no output `\(name)`\(hint)", suggestion: nearest)
                continue
            }
            // A stub of a file is the text that the file will hold.
            if !output.schema.isFile, !output.schema.isFileList, !output.schema.types.contains(.directory) {
                check(value, "the stub", against: output.schema, at: place)
            }
        }
        return members["stub"]?.objectValue
    }
}
