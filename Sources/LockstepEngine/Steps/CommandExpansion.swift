internal import LockstepExecution
internal import LockstepModel

/// Fills a tool's argument vector with values (rules: formats document, "Tool").
struct CommandExpansion {
    let stepID: StepID
    /// Parameters that have a value, by name.
    let arguments: [String: ArgumentValue]

    func command(_ items: [CommandItem]) throws(StepFailure) -> [String] {
        var command: [String] = []
        for item in items {
            switch item {
            case .argument(let template): command += try expand(template, isGrouped: false)
            case .optionalGroup(let templates):
                guard templates.allSatisfy(isPresent) else { continue }
                for template in templates { command += try expand(template, isGrouped: true) }
            }
        }
        return command
    }

    /// A text with its placeholders filled; a placeholder without value is empty.
    func text(of template: Template, in place: String) throws(StepFailure) -> String {
        var text = ""
        for segment in template.segments {
            switch segment {
            case .literal(let literal): text += literal
            case .placeholder(let name):
                text += try arguments[name].map { (value) throws(StepFailure) in try plain(value) } ?? ""
            }
        }
        guard !text.utf8.contains(0) else {
            throw StepFailure(
                .validationError,
                "Step \(stepID) was not started: \(place) would hold a NUL character, which no program can receive."
            )
        }
        return text
    }

    /// What the tool reads on standard input: a file's content when the template is one file, else the text.
    func stdin(_ template: Template) throws(StepFailure) -> StepInput? {
        if let name = template.solePlaceholder { return arguments[name]?.content }
        var bytes: [UInt8] = []
        for segment in template.segments {
            switch segment {
            case .literal(let literal): bytes += literal.utf8
            case .placeholder(let name):
                guard let value = arguments[name] else { continue }
                if case .bytes(let content)? = value.content {
                    bytes += content
                } else {
                    bytes += try plain(value).utf8
                }
            }
        }
        return .bytes(bytes)
    }

    private func isPresent(_ template: Template) -> Bool {
        template.placeholders.allSatisfy { name in
            switch arguments[name]?.shape {
            case nil, .flag(false): false
            case .list(let items): !items.isEmpty
            case .flag(true), .text: true
            }
        }
    }

    private func expand(_ template: Template, isGrouped: Bool) throws(StepFailure) -> [String] {
        if let name = template.solePlaceholder {
            guard let value = arguments[name] else { return [] }
            switch value.shape {
            case .list(let items): return try items.map { (item) throws(StepFailure) in try argument(item, value) }
            case .flag where isGrouped: return []
            default: break
            }
        }
        var text = ""
        for segment in template.segments {
            switch segment {
            case .literal(let literal): text += literal
            case .placeholder(let name):
                guard let value = arguments[name] else { continue }
                if case .flag(true) = value.shape, isGrouped { continue }
                text += try plain(value)
            }
        }
        return [try argument(text, nil)]
    }

    private func plain(_ value: ArgumentValue) throws(StepFailure) -> String {
        try requireFits(value)
        return switch value.shape {
        case .text(let text): text
        case .flag(let flag): flag ? "true" : "false"
        case .list(let items): items.joined(separator: " ")
        }
    }

    private func argument(_ text: String, _ value: ArgumentValue?) throws(StepFailure) -> String {
        if let value { try requireFits(value) }
        guard !text.utf8.contains(0) else {
            throw StepFailure(
                .validationError,
                "Step \(stepID) was not started: an argument would hold a NUL character, which no program can receive."
            )
        }
        return text
    }

    private func requireFits(_ value: ArgumentValue) throws(StepFailure) {
        guard let remedy = value.remedy else { return }
        throw StepFailure(.resourceLimit, "Step \(stepID) was not started: \(remedy)")
    }
}
