internal import LockstepJSON
internal import LockstepModel

/// Drafts a tool from what a program prints when it is asked for help.
///
/// A help text is written for people: types are guessed from the names of values, and a person has to look at everything.
/// What comes out is a valid tool all the same.
package struct HelpDrafter {
    private let command: [String]
    private let page: HelpPage
    private var parameters = JSONObject()
    private var outputs = JSONObject()
    private var notes: [String] = []

    /// - Parameters:
    ///   - command: The program, and words that always follow it.
    ///   - help: What it printed.
    ///   - id: What the tool is to be called; otherwise what the command is.
    /// - Returns: Nil when the text is no help that can be understood.
    package static func draft(_ command: [String], help: String, id: String?) -> DraftedTool? {
        let page = HelpPage(help, arguments: Array(command.dropFirst()))
        guard page.isHelp else { return nil }
        var drafter = HelpDrafter(command: command, page: page)
        let id = id ?? Self.id(of: command)
        let definition = drafter.definition(id: id)
        return DraftedTool(id: id, definition: .object(definition), notes: drafter.allNotes)
    }

    private init(command: [String], page: HelpPage) {
        self.command = command
        self.page = page
    }

    /// `python3 -m json.tool` is `json_tool`, `git clone` is `git_clone`.
    private static func id(of command: [String]) -> String {
        let program = command.first?.split(separator: "/").last.map(String.init) ?? "tool"
        let words = command.dropFirst()
        let isModule = words.first == "-m"
        let parts = (isModule ? [] : [program]) + words.filter { !$0.hasPrefix("-") }
        let name = parts.joined(separator: "_").map { $0 == "." ? "_" : String($0) }.joined()
        return DraftedName.valid(from: name)
    }

    private mutating func definition(id: String) -> JSONObject {
        var items: [JSONValue] = command.map { .string(Template.escaped($0)) }
        for option in page.options { items += self.items(of: option) }
        for positional in page.usage?.positionals ?? [] { items += self.items(of: positional) }
        outputs[outputs.contains("stdout") ? "standard_output" : "stdout"] = [
            "stdout": "file", "name": "stdout.txt", "schema": ["type": "file"],
        ]
        var object: JSONObject = ["tool_id": .string(id), "name": .string(id), "version": "0.1.0"]
        if !page.summary.isEmpty { object["description"] = .string(page.summary) }
        object["command"] = .array(items)
        if !parameters.isEmpty { object["parameters"] = .object(parameters) }
        object["outputs"] = .object(outputs)
        return object
    }

    private var allNotes: [String] {
        let shown = command.map { $0.harmless }.joined(separator: " ")
        var all = [
            "A draft made from the help of `\(shown)`. Look at each of these before you use it:",
            "- Types and defaults were guessed from the help; correct them where they are wrong.",
            "- Every option is here; take out those that no workflow should set.",
            "- Outputs are only what the program writes to standard output"
                + (outputs.count > 1 ? " and the files named below." : "; add the files that it leaves."),
        ]
        all += notes.map { "- \($0.harmless)" }
        if page.usageCount > 1 { all.append("- The help has \(page.usageCount) usage lines; only the first was read.") }
        if page.usage == nil { all.append("- The help has no usage line; add the arguments that are no options.") }
        if page.usage?.hasSubcommands == true {
            all.append(
                "- The program has subcommands; make a tool of each: lockstep tools from-help \(shown) SUBCOMMAND"
            )
        }
        if !page.unread.isEmpty {
            let list = page.unread.prefix(10).map { $0.harmless }.joined(separator: "; ")
            all.append("- Left out, because they were not understood: \(list)\(page.unread.count > 10 ? "; …" : "")")
        }
        return all
    }

    // MARK: - Options and arguments

    private mutating func items(of option: HelpOption) -> [JSONValue] {
        let flag = option.flag
        let name = freeName(flag)
        guard let value = option.value else {
            add(name, ["type": "boolean"], option.description, isRequired: false)
            return [[.string(Template.escaped(flag)), .string("${\(name)}")]]
        }
        let kind = HelpKind(of: value, named: flag, description: option.description)
        let isRequired = option.isRequired || option.description.lowercased().contains("(required)")
        let isList = value.isRepeated && option.joint == .space
        let guess = guess(kind, value, option.description, isList: isList)
        add(name, guess, option.description, isRequired: isRequired, kind: kind)
        let text = "${\(name)}"
        let words: [JSONValue] =
            switch option.joint {
            case .equals where flag.hasPrefix("--"): [.string(Template.escaped(flag) + "=" + text)]
            case .none: [.string(Template.escaped(flag) + text)]
            case .space, .equals: [.string(Template.escaped(flag)), .string(text)]
            }
        return isRequired && !isList ? words : [.array(words)]
    }

    private mutating func items(of positional: HelpUsage.Positional) -> [JSONValue] {
        let name = freeName(positional.value.name)
        let kind = HelpKind(of: positional.value, named: positional.value.name, description: "")
        let schema = guess(kind, positional.value, "", isList: positional.isRepeated)
        add(name, schema, "", isRequired: !positional.isOptional, kind: kind)
        return [.string("${\(name)}")]
    }

    private func guess(_ kind: HelpKind, _ value: HelpValue, _ description: String, isList: Bool) -> JSONObject {
        let choices = value.choices.isEmpty ? HelpText.choices(in: description) : value.choices
        var schema: JSONObject = ["type": .string(kind.type)]
        if !choices.isEmpty { schema = ["type": "string", "enum": .array(choices.map { .string($0) })] }
        return isList ? ["type": "array", "items": .object(schema)] : schema
    }

    private mutating func add(
        _ name: String,
        _ schema: JSONObject,
        _ description: String,
        isRequired: Bool,
        kind: HelpKind = .text
    ) {
        var parameter = JSONObject()
        if isRequired { parameter["required"] = true }
        if let text = HelpText.defaultValue(in: description), let value = Self.value(text, of: schema), !isRequired {
            parameter["default"] = value
        }
        if !description.isEmpty { parameter["description"] = .string(description) }
        parameter["schema"] = .object(schema)
        parameters[name] = .object(parameter)
        switch kind {
        case .writtenFile where schema["type"] == "string":
            let output = "\(name)_file"
            outputs[outputs.contains(output) ? "\(output)_2" : output] = [
                "path": .string("${\(name)}"), "optional": true, "schema": ["type": "file"],
            ]
            notes.append("`\(name)` seems to name a file that is written; it is an output when it is given.")
        case .folder:
            notes.append("`\(name)` seems to name a folder; a step has only those that it makes below its work folder.")
        default: break
        }
    }

    /// A default as the schema has it; nil for one that does not fit, or that only stands for having none.
    private static func value(_ text: String, of schema: JSONObject) -> JSONValue? {
        let value: JSONValue
        switch schema["type"] {
        case "integer", "number":
            guard let number = try? YAMLScalar.value(ofPlain: text), number.doubleValue != nil else { return nil }
            value = number
        case "string": value = .string(text)
        default: return nil
        }
        return ValueSchema.decode(.object(schema), at: JSONPointer()).schema.accepts(value) ? value : nil
    }

    /// A name for a parameter that no other has.
    private func freeName(_ text: String) -> String {
        let bare = String(text.drop { $0 == "-" }).map { $0 == "-" || $0 == "." ? "_" : String($0) }.joined()
        let isShouted = bare.count > 1 && bare.allSatisfy { !$0.isLowercase }
        let base = String(DraftedName.valid(from: isShouted ? bare.lowercased() : bare).prefix(90))
        var name = base.isEmpty ? "value" : base
        var number = 2
        while parameters.contains(name) {
            name = "\(base)_\(number)"
            number += 1
        }
        return name
    }
}

extension String {
    /// In one line, for a comment.
    fileprivate var harmless: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map {
                    $0.properties.generalCategory == .control || $0 == "\u{2028}" || $0 == "\u{2029}" ? " " : $0
                }
            )
        )
    }
}
