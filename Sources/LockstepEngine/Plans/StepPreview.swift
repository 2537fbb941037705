internal import LockstepExecution
internal import LockstepJSON
internal import LockstepModel

/// What a step's tool would get, made by the rules of ``StepPreparation`` where values are known, with marks where they are not.
struct StepPreview {
    private let step: WorkflowStep
    private let tool: Tool
    private var expansion: CommandExpansion
    /// The variables that each parameter waits for; those with a value, or without any, are not in it.
    let waits: [String: [String]]
    let values: [(parameter: Parameter, value: JSONValue)]
    /// Inputs by path in the sandbox, with the names of files that are known.
    let files: [(path: String, name: String?)]
    /// Why the step would fail before it starts.
    let problems: [String]

    init(_ step: WorkflowStep, _ tool: Tool, _ variables: PlannedVariables) {
        let preparation = StepPreparation(step: step, tool: tool, variables: variables.values, blobPath: { $0 })
        var arguments: [String: ArgumentValue] = [:]
        var waits: [String: [String]] = [:]
        var values: [(parameter: Parameter, value: JSONValue)] = []
        var files: [(path: String, name: String?)] = []
        var problems: [String] = []
        for parameter in tool.parameters {
            do throws(StepFailure) {
                let names = try Self.waits(parameter, step, variables)
                if !names.isEmpty {
                    waits[parameter.name] = names
                    if parameter.schema.isFile || parameter.schema.isFileList {
                        files.append(("/in/\(parameter.name)/", nil))
                    }
                    continue
                }
                var inputs: [StepInputFile] = []
                guard let value = try preparation.value(of: parameter) else { continue }
                arguments[parameter.name] = try preparation.argument(for: value, parameter, &inputs)
                values.append((parameter, value))
                files += inputs.map { ($0.path, $0.path.split(separator: "/").last.map(String.init)) }
            } catch {
                problems.append(error.message)
            }
        }
        self.step = step
        self.tool = tool
        expansion = CommandExpansion(
            stepID: step.id,
            arguments: arguments,
            parameters: Set(tool.parameters.map(\.name))
        )
        self.waits = waits
        self.values = values
        self.files = files
        self.problems = problems
    }

    private static func waits(
        _ parameter: Parameter,
        _ step: WorkflowStep,
        _ variables: PlannedVariables
    ) throws(StepFailure) -> [String] {
        guard let mapping = step.parameterMappings.first(where: { $0.parameter == parameter.name })?.mapping else {
            return []
        }
        do throws(RuleError) {
            if case .waits(let names) = try variables.value(of: mapping) { return names }
        } catch {
            throw StepFailure(.validationError, "parameter \(parameter.name): \(error.message)")
        }
        return []
    }

    /// The argument vector.
    func command() throws(StepFailure) -> [PlannedArgument] { try command(tool.command) }

    private func command(_ items: [CommandItem]) throws(StepFailure) -> [PlannedArgument] {
        var command: [PlannedArgument] = []
        for item in items {
            switch item {
            case .argument(let template):
                guard isOpen(template) else {
                    command += try known([item])
                    continue
                }
                let depends = template.solePlaceholder.map { mayBeAbsent($0) ? [parameterName($0)] : [] } ?? []
                command.append(PlannedArgument(text: try text(of: template), onlyWith: depends))
            case .optionalGroup(let templates):
                guard templates.contains(where: isOpen) else {
                    command += try known([item])
                    continue
                }
                command += try group(templates)
            case .repetition(let items, let over): command += try repetition(items, over)
            }
        }
        return command
    }

    /// What comes once for each item of a list; once with the list's mark when its items are not known.
    private func repetition(_ items: [CommandItem], _ over: String) throws(StepFailure) -> [PlannedArgument] {
        guard waits[over] == nil else {
            return try command(items).map { argument in
                PlannedArgument(text: argument.text, onlyWith: [over] + argument.onlyWith.filter { $0 != over })
            }
        }
        var command: [PlannedArgument] = []
        for value in expansion.arguments[over]?.items ?? [] {
            var one = self
            one.expansion.arguments[over] = value
            command += try one.command(items)
        }
        return command
    }

    /// The parameter that a placeholder names, also when it names a member of its value.
    private func parameterName(_ placeholder: String) -> String {
        PlaceholderName(placeholder) { tool.parameter($0) != nil }?.parameter ?? placeholder
    }

    /// The variables that a placeholder's parameter waits for; nil when its value, or that it has none, is known.
    private func waiting(for placeholder: String) -> [String]? { waits[parameterName(placeholder)] }

    /// An optional group of which not everything is known; empty when what is known makes it be left out.
    private func group(_ templates: [Template]) throws(StepFailure) -> [PlannedArgument] {
        let names = templates.flatMap(\.placeholders)
        let present = names.filter { waiting(for: $0) == nil }.allSatisfy { name in
            expansion.isPresent(Template(segments: [.placeholder(name)]))
        }
        guard present else { return [] }
        var depends: [String] = []
        for name in names where waiting(for: name) != nil && mayBeAbsent(name) {
            let parameter = parameterName(name)
            if !depends.contains(parameter) { depends.append(parameter) }
        }
        var command: [PlannedArgument] = []
        for template in templates {
            guard isOpen(template) else {
                command += try known([.optionalGroup([template])])
                continue
            }
            // A true Boolean leaves no text of its own in a group.
            if let name = template.solePlaceholder, isBoolean(name) { continue }
            command.append(PlannedArgument(text: try text(of: template), onlyWith: []))
        }
        return command.map { PlannedArgument(text: $0.text, onlyWith: depends) }
    }

    private func known(_ items: [CommandItem]) throws(StepFailure) -> [PlannedArgument] {
        try expansion.command(items).map { PlannedArgument(text: PlannedText([.text($0)]), onlyWith: []) }
    }

    /// What comes on standard input; nil when there is nothing.
    func stdin() throws(StepFailure) -> PlannedInput? {
        guard let template = tool.stdin else { return nil }
        if isOpen(template) {
            if let name = template.solePlaceholder, let parameter = tool.parameter(name) {
                return .text(PlannedText([.later(mark(parameter))]))
            }
            return .text(try text(of: template))
        }
        switch try expansion.stdin(template) {
        case .file:
            let value = values.first { $0.parameter.name == template.solePlaceholder }?.value
            return .file(value.flatMap { FileValue(json: $0) }?.name ?? "")
        case .bytes(let bytes):
            let beginning = String(decoding: bytes.prefix(Self.shownBytes), as: UTF8.self)
            return .bytes(count: bytes.count, beginning: beginning)
        case nil: return nil
        }
    }

    /// How much of a text on standard input is kept to be shown.
    private static let shownBytes = 200

    private func text(of template: Template) throws(StepFailure) -> PlannedText {
        var parts: [PlannedText.Part] = []
        for segment in template.segments {
            switch segment {
            case .literal(let literal): parts.append(.text(literal))
            case .placeholder(let name):
                guard waiting(for: name) != nil, let parameter = tool.parameter(parameterName(name)) else {
                    let known = try expansion.text(of: Template(segments: [segment]), in: "an argument")
                    if !known.isEmpty { parts.append(.text(known)) }
                    continue
                }
                // Of a member nothing is known but where it comes from.
                parts += parameter.name == name ? later(parameter) : [.later(mark(parameter))]
            }
        }
        return PlannedText(parts)
    }

    /// What a placeholder becomes whose value is not known yet: a path as far as it is certain, and the mark.
    private func later(_ parameter: Parameter) -> [PlannedText.Part] {
        let folder = "/in/\(parameter.name)/"
        if parameter.schema.isFile { return [.text(folder), .later(mark(parameter))] }
        guard parameter.passesAsFile else { return [.later(mark(parameter))] }
        if parameter.schema.types == [.string] { return [.text("\(folder)\(parameter.name).txt")] }
        let mayBeText = parameter.schema.types.isEmpty || parameter.schema.types.contains(.string)
        return mayBeText ? [.text(folder), .later(mark(parameter))] : [.text("\(folder)\(parameter.name).json")]
    }

    private func mark(_ parameter: Parameter) -> PlannedMark {
        let mapping = step.parameterMappings.first { $0.parameter == parameter.name }?.mapping
        let isVariable = if case .variable? = mapping { true } else { false }
        return PlannedMark(
            variables: waits[parameter.name] ?? [],
            isVariable: isVariable,
            isList: parameter.schema.types == [.array]
        )
    }

    private func isOpen(_ template: Template) -> Bool { template.placeholders.contains { waiting(for: $0) != nil } }

    private func isBoolean(_ name: String) -> Bool { tool.parameter(name)?.schema.types == [.boolean] }

    /// Whether the value, when it is there, may be one that leaves an argument out: none, false or an empty list.
    private func mayBeAbsent(_ name: String) -> Bool {
        guard let parameter = tool.parameter(parameterName(name)) else { return false }
        if parameter.name != name { return true }
        let types = parameter.schema.types
        if types.isEmpty || types.contains(.boolean) || types.contains(.array) { return true }
        return !parameter.isRequired && parameter.defaultValue == nil
    }
}
