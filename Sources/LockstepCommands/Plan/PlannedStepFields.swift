internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel

/// What a plan says of one step, as labels and values.
enum PlannedStepFields {
    static func fields(of step: PlannedStep) -> [FieldList.Field] {
        var fields: [FieldList.Field] = []
        func add(_ label: String, _ value: String, _ style: Style = .plain) {
            fields.append(FieldList.Field(label.padded(to: 8), value, style))
        }
        if let runOn = step.runOn { add("only", "after \(runOn.map(\.rawValue).joined(separator: " or "))") }
        if let condition = step.condition { add("when", "\(answer(condition.decision)): \(condition.text)") }
        if let loop = step.loop { add("each", text(of: loop)) }
        switch step.content {
        case .tool(let tool): for (label, value) in lines(of: tool) { add(label, value) }
        case .workflow(let plan):
            for input in plan.inputs { add("input", "\(input.name) = \(PlanText.shown(input.value))") }
        case nil: break
        }
        if step.attempts > 1 { add("tries", "up to \(step.attempts)") }
        if step.toleratesFailure { add("fails", "the job goes on without it") }
        if let cost = step.estimatedCost { add("costs", "\(cost.isLeast ? "at least" : "about") \(cost.amount)") }
        for problem in step.problems { add("problem", problem, .red) }
        return fields
    }

    private static func answer(_ decision: PlannedDecision) -> String {
        switch decision {
        case .holds: "true"
        case .fails: "false"
        case .waits(let names): "decided at run time from \(PlanText.mark(names))"
        }
    }

    private static func text(of loop: PlannedLoop) -> String {
        let parallel = loop.maxParallel > 1 ? ", \(loop.maxParallel) at a time" : ""
        guard let count = loop.count else {
            let waits = loop.waits.isEmpty ? "" : "; how many is known with \(PlanText.mark(loop.waits))"
            return "\(loop.item) of \(loop.source)\(parallel)\(waits)"
        }
        let example = count > 1 ? "; this is the first" : ""
        return "\(loop.item) of \(loop.source): \(count) item\(count == 1 ? "" : "s")\(parallel)\(example)"
    }

    private static func lines(of tool: PlannedTool) -> [(String, String)] {
        var lines = [("command", words(tool.command))]
        if let stdin = tool.stdin { lines.append(("stdin", text(of: stdin))) }
        if !tool.environment.isEmpty { lines.append(("env", tool.environment.joined(separator: ", "))) }
        for secret in tool.secrets {
            lines.append(("secret", "\(secret.name) (\(secret.problem ?? (secret.isSet ? "set" : "not set")))"))
        }
        if !tool.sandbox.asksForNothing {
            lines.append(("asks for", tool.sandbox.phrases.joined(separator: ", ")))
        }
        let limits = tool.limits
        lines.append(("limits", "\(limits.wall), \(limits.memory) of memory, \(limits.processes) processes"))
        lines.append(("cache", text(of: tool.reuse)))
        return lines
    }

    /// Arguments as a shell would take them, marks as they are: a text that looks like one stands in quotation marks, and so does
    /// a bracket. Brackets are around what may be left out.
    private static func words(_ command: [PlannedArgument]) -> String {
        var words: [String] = []
        var rest = command[...]
        while let first = rest.first {
            let group = rest.prefix { $0.onlyWith == first.onlyWith }
            let text = group.map { self.text(of: $0.text) }.joined(separator: " ")
            words.append(first.onlyWith.isEmpty ? text : "[\(text) if \(first.onlyWith.joined(separator: ", "))]")
            rest = rest.dropFirst(group.count)
        }
        return words.joined(separator: " ")
    }

    private static func text(of text: PlannedText) -> String {
        guard !text.parts.isEmpty else { return ShellWord.quoted("") }
        return text.parts.map { part in
            switch part {
            case .text(let text): ShellWord.quoted(text.onOneLine.cut(to: longestWord))
            case .later(let mark):
                (mark.isVariable ? PlanText.mark(mark.variables) : "‹from \(mark.variables.joined(separator: ", "))›")
                    + (mark.isList ? "…" : "")
            }
        }.joined()
    }

    private static let longestWord = 400

    private static func text(of stdin: PlannedInput) -> String {
        switch stdin {
        case .file(let name): "the file \(name)"
        case .bytes(let count, let beginning):
            "\(PlanText.shown(.known(.string(beginning))))\(beginning.utf8.count < count ? "…" : "") (\(ByteCount(Int64(count))))"
        case .text(let text): self.text(of: text)
        }
    }

    private static func text(of reuse: PlannedReuse) -> String {
        switch reuse {
        case .equal(let origin, let isUsed):
            isUsed
                ? "used: the result of \(origin.stepID) in \(origin.jobID); the command is not run"
                : "an equal result is in \(origin.jobID); --resume would use it"
        case .different(let reasons, let job):
            "no: \(reasons.joined(separator: "; "))" + (job.map { ", compared with \($0)" } ?? "")
        case .waits(let names): "decided at run time from \(PlanText.mark(names))"
        case .perItem: "decided at run time for each item"
        }
    }
}
