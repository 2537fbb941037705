internal import LockstepExecution
internal import LockstepJSON
internal import LockstepModel

/// Fills a tool's argument vector with values (rules: formats document, "Tool").
struct CommandExpansion {
    let stepID: StepID
    /// Parameters that have a value, by name.
    var arguments: [String: ArgumentValue]
    /// The names of all parameters, with and without a value.
    let parameters: Set<String>

    /// What a placeholder stands for; nil when it has no value.
    private func value(of text: String) -> ArgumentValue? {
        guard let name = PlaceholderName(text, isParameter: parameters.contains) else { return nil }
        return name.members.reduce(arguments[name.parameter]) { $0?.member($1) }
    }

    func command(_ items: [CommandItem]) throws(StepFailure) -> [String] {
        var command: [String] = []
        for item in items {
            switch item {
            case .argument(let template): command += try expand(template, isGrouped: false)
            case .optionalGroup(let templates):
                guard templates.allSatisfy(isPresent) else { continue }
                for template in templates { command += try expand(template, isGrouped: true) }
            case .repetition(let items, let over):
                for value in arguments[over]?.items ?? [] {
                    var one = self
                    one.arguments[over] = value
                    command += try one.command(items)
                }
            }
        }
        return command
    }

    /// The outputs with the placeholders in their paths and names filled.
    ///
    /// An optional one whose placeholder has no value is left out.
    func outputs(_ outputs: [Output]) throws(StepFailure) -> [Output] {
        try outputs.filter { !$0.isOptional || hasPlaces($0.source) }.map { (output) throws(StepFailure) in
            var output = output
            switch output.source {
            case .path(let path): output.source = .path(try self.path(path, of: output))
            case .paths(let paths):
                output.source = .paths(try paths.map { (path) throws(StepFailure) in try self.path(path, of: output) })
            case .directory(let path): output.source = .directory(try self.path(path, of: output))
            case .stream(let stream, .file(let name)):
                output.source = .stream(stream, .file(name: try self.path(name, of: output, isName: true)))
            case .stream, .exitCode: break
            }
            return output
        }
    }

    private func hasPlaces(_ source: OutputSource) -> Bool {
        let paths: [String] =
            switch source {
            case .path(let path), .directory(let path), .stream(_, .file(let path)): [path]
            case .paths(let paths): paths
            case .stream, .exitCode: []
            }
        return paths.allSatisfy { (Template(parsing: $0)?.placeholders ?? []).allSatisfy { value(of: $0) != nil } }
    }

    /// A path that somebody's value is part of must be one that the tool file could have named.
    private func path(_ path: String, of output: Output, isName: Bool = false) throws(StepFailure) -> String {
        guard let template = Template(parsing: path) else { return path }
        let names = template.placeholders
        func failure(_ message: String) -> StepFailure {
            StepFailure(.validationError, "Step \(stepID) was not started: output `\(output.name)` \(message)")
        }
        if let empty = names.first(where: { value(of: $0) == nil }) {
            throw failure("is in \(path), but \(empty) has no value.")
        }
        let text = try text(of: template, in: "the path of output `\(output.name)`")
        guard !names.isEmpty else { return text }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let isInside = !text.hasPrefix("/") && !parts.contains { $0 == "" || $0 == "." || $0 == ".." }
        guard isInside, !isName || parts.count == 1 else {
            let wanted = isName ? "the name of a file" : "a path inside the work folder"
            throw failure("would be \(JSONValue.string(text).shown), which is not \(wanted).")
        }
        guard OutputSource.isGlob(text) == OutputSource.isGlob(path) || isName else {
            throw failure("would be \(JSONValue.string(text).shown), and a value must not add `*`, `?` or `[` to it.")
        }
        return text
    }

    /// A text with its placeholders filled; a placeholder without value is empty.
    func text(of template: Template, in place: String) throws(StepFailure) -> String {
        var text = ""
        for segment in template.segments {
            switch segment {
            case .literal(let literal): text += literal
            case .placeholder(let name):
                text += try value(of: name).map { (value) throws(StepFailure) in try plain(value) } ?? ""
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
        if let name = template.solePlaceholder { return value(of: name)?.content }
        var bytes: [UInt8] = []
        for segment in template.segments {
            switch segment {
            case .literal(let literal): bytes += literal.utf8
            case .placeholder(let name):
                guard let value = value(of: name) else { continue }
                if case .bytes(let content)? = value.content {
                    bytes += content
                } else {
                    bytes += try plain(value).utf8
                }
            }
        }
        return .bytes(bytes)
    }

    /// Whether nothing in a template makes its optional group be left out.
    func isPresent(_ template: Template) -> Bool {
        template.placeholders.allSatisfy { name in
            switch value(of: name)?.shape {
            case nil, .flag(false): false
            case .list(let items): !items.isEmpty
            case .flag(true), .text: true
            }
        }
    }

    private func expand(_ template: Template, isGrouped: Bool) throws(StepFailure) -> [String] {
        if let name = template.solePlaceholder {
            guard let value = value(of: name) else { return [] }
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
                guard let value = value(of: name) else { continue }
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
