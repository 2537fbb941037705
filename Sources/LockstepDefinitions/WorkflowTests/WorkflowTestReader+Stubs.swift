internal import LockstepJSON
internal import LockstepModel

/// `stubs`: what steps give back.
extension WorkflowTestReader {
    private static let outcomeKeys = ["when", "outputs", "exit_code", "fails", "cancels", "times", "takes"]
    /// What a rule in `when` can read besides the parameters.
    private static let callNames = ["attempt", "item_index"]

    mutating func stubs(in members: Members) -> StubSet {
        var set = StubSet()
        for (name, value, place) in decoder.entries("stubs", in: members) {
            guard let target = target(name, at: place) else { continue }
            let stub = stub(value, for: target, at: place, inItems: false)
            switch target {
            case .step(let address, _, _): set.steps[address] = stub
            case .tool(let tool): set.tools[tool.id] = stub
            }
        }
        return set
    }

    /// Whom a stub is for.
    private enum Target {
        case step(StepAddress, WorkflowStep, Tool)
        case tool(Tool)

        var tool: Tool {
            switch self {
            case .step(_, _, let tool), .tool(let tool): tool
            }
        }

        /// How long the tool may take.
        var wall: DurationText {
            switch self {
            case .step(_, let step, let tool): step.timeout ?? tool.limits.wall
            case .tool(let tool): tool.limits.wall
            }
        }
    }

    /// A step's address, or else the id of a tool.
    private mutating func target(_ name: String, at place: JSONPointer) -> Target? {
        guard let address = StepAddress(parsing: name) else {
            decoder.noteName(
                place,
                "\(JSONValue.string(name).shown) names no step; write `analyze`, `ocr[2]` or `call/analyze`"
            )
            return nil
        }
        do throws(TestedWorkflow.Lost) {
            let found = try tested.find(address)
            if let tool = found.tool { return .step(address, found.step, tool) }
            let called = found.step.calledWorkflow?.rawValue ?? ""
            let inner = found.step.calledWorkflow.flatMap { tested.checked.called[$0] }?.allSteps.first?.id.rawValue
            decoder.noteName(
                place,
                "the step `\(name)` calls the workflow `\(called)`, whose own steps run; stub those, such as "
                    + "`\(name)/\(inner ?? "STEP")`, or their tools"
            )
            return nil
        } catch {
            let tools = tested.toolIDs
            if tools.contains(name), let tool = tested.checked.tools[ToolID(name)] { return .tool(tool) }
            guard address.parts.count == 1, address.parts[0].item == nil else {
                decoder.noteName(place, error.message, suggestion: error.suggestion)
                return nil
            }
            let names = tested.workflow.allSteps.map(\.id.rawValue) + tools
            noteUnknown("the workflow has no step and no tool `\(name)`", name, among: names, at: place)
            return nil
        }
    }

    private mutating func stub(
        _ value: JSONValue,
        for target: Target,
        at place: JSONPointer,
        inItems: Bool
    ) -> Stub? {
        if let items = value["items"], value.objectValue?.count == 1 {
            if inItems || !isLoop(target) {
                decoder.noteName(
                    place.appending("items"),
                    inItems ? "`items` cannot stand inside `items`" : "`items` is for a step with `for_each`"
                )
            }
            guard let list = items.arrayValue else {
                decoder.note(place.appending("items"), "`items` must be a list; it is \(items.shown)")
                return nil
            }
            let stubs = list.enumerated().compactMap { index, item in
                stub(item, for: target, at: place.appending("items").appending(index), inItems: true)
            }
            return Stub([], items: stubs, at: place)
        }
        guard let list = value.arrayValue else {
            return Stub(outcomes(value, for: target, at: place), at: place)
        }
        if list.isEmpty { decoder.note(place, "the list of outcomes is empty; give at least one") }
        var outcomes: [StubOutcome] = []
        for (index, item) in list.enumerated() {
            var own = self.outcomes(item, for: target, at: place.appending(index))
            // In a list an outcome without `times` is for one call, unless it has a condition or is the last.
            if index < list.count - 1, let last = own.indices.last, own[last].condition == nil,
                own[last].times == nil
            {
                own[last].times = 1
            }
            outcomes += own
        }
        return Stub(outcomes, at: place)
    }

    private func isLoop(_ target: Target) -> Bool {
        switch target {
        case .step(let address, let step, _): step.loop != nil && address.parts.last?.item == nil
        case .tool(let tool): tested.steps(using: tool.id).contains { $0.loop != nil }
        }
    }

    /// One outcome; two when it fails some times and succeeds then.
    private mutating func outcomes(_ value: JSONValue, for target: Target, at place: JSONPointer) -> [StubOutcome] {
        let tool = target.tool
        guard let entry = decoder.members(value, "a stub", known: Self.outcomeKeys, at: place) else { return [] }
        let condition = entry["when"].flatMap { rule($0, tool, at: entry.place("when")) }
        let times = decoder.count("times", in: entry, 1...1_000_000)
        let duration = decoder.duration("takes", in: entry)
        func outcome(_ result: StubOutcome.Result, times: Int?) -> StubOutcome {
            StubOutcome(condition: condition, times: times, duration: duration, result: result, pointer: place)
        }
        if let cancels = decoder.flag("cancels", in: entry) {
            for name in ["outputs", "fails", "exit_code"] where entry[name] != nil {
                decoder.noteName(entry.place(name), "a step that is cancelled has no `\(name)`")
            }
            if !cancels { decoder.note(entry.place("cancels"), "`cancels` can only be true; leave it out otherwise") }
            return [outcome(.cancels, times: times)]
        }
        let isTooLong = duration.map { $0.milliseconds > target.wall.milliseconds } ?? false
        let success = success(in: entry, target, endsEarly: isTooLong)
        guard let fails = entry["fails"] else { return [outcome(success, times: times)] }
        guard let failure = failure(fails, tool, at: entry.place("fails")) else { return [] }
        let isFollowed = entry["outputs"] != nil || entry["exit_code"] != nil
        guard isFollowed else { return [outcome(.fails(failure), times: times)] }
        return [outcome(.fails(failure), times: times ?? 1), outcome(success, times: nil)]
    }

    private mutating func rule(_ value: JSONValue, _ tool: Tool, at place: JSONPointer) -> Rule? {
        let (rule, problems) = Rule.decode(value, at: place)
        for problem in problems {
            if problem.concernsName {
                decoder.noteName(problem.pointer, problem.message, suggestion: problem.suggestion)
            } else {
                decoder.note(problem.pointer, problem.message, suggestion: problem.suggestion)
            }
        }
        let known = tool.parameters.map(\.name) + Self.callNames
        for variable in (rule?.variables ?? []) + (rule?.soughtVariables ?? []) where !known.contains(variable.name) {
            noteUnknown(
                "the tool `\(tool.id)` has no parameter `\(variable.name)`",
                variable.name,
                among: known,
                at: JSONPointer(place.tokens + variable.pointer.tokens),
                concernsName: false
            )
        }
        return rule
    }

    // MARK: - Success and failure

    /// - Parameter endsEarly: Whether the step's limit ends it before it has made anything.
    private mutating func success(
        in entry: Members,
        _ target: Target,
        endsEarly: Bool
    ) -> StubOutcome.Result {
        let tool = target.tool
        var exitCode = tool.usualExitCode
        if let written = decoder.count("exit_code", in: entry, 0...255) {
            exitCode = Int32(written)
            if !tool.successExitCodes.contains(exitCode) {
                let codes = tool.successExitCodes.sorted().map { String($0) }.joined(separator: ", ")
                decoder.note(
                    entry.place("exit_code"),
                    "the exit code \(exitCode) means failure for the tool `\(tool.id)`, which succeeds with \(codes); write "
                        + "`fails: { exit_code: \(exitCode) }`"
                )
            }
        }
        var outputs: [String: StubValue] = [:]
        if case .succeeds(let usual, _)? = defaults[tool.id]?.outcomes.first?.result { outputs = usual }
        if let given = entry["outputs"] {
            let place = entry.place("outputs")
            if let object = given.objectValue {
                let values = StubOutputReader(tool: tool, folder: folder).values(of: object, at: place, &decoder)
                outputs.merge(values) { $1 }
                for (name, value) in object where value == .null { if values[name] == nil { outputs[name] = nil } }
                noteMissing(beside: object, outputs, target, at: place)
            } else {
                decoder.note(place, "`outputs` must be an object with names and values; it is \(given.shown)")
            }
        } else if entry["fails"] == nil, !endsEarly {
            noteMissing(beside: [:], outputs, target, at: entry.pointer)
        }
        return .succeeds(outputs: outputs, exitCode: exitCode)
    }

    /// Refuses a success without something that the tool always makes and the workflow uses.
    private mutating func noteMissing(
        beside given: JSONObject,
        _ outputs: [String: StubValue],
        _ target: Target,
        at place: JSONPointer
    ) {
        let steps =
            switch target {
            case .step(_, let step, _): [step]
            case .tool(let tool): tested.steps(using: tool.id)
            }
        let tool = target.tool
        for output in tool.outputs where !output.isOptional && outputs[output.name] == nil {
            if case .exitCode = output.source { continue }
            guard !given.contains(output.name) || given[output.name] == .null else { continue }
            let users = steps.filter { $0.outputMappings.contains { $0.output == output.name } }
            guard let user = users.first else { continue }
            decoder.note(
                place,
                "the tool `\(tool.id)` always makes `\(output.name)`, which the step `\(user.id)` uses; give it in `outputs`, or "
                    + "in the tool's own `stub`"
            )
        }
    }

    private mutating func failure(_ value: JSONValue, _ tool: Tool, at place: JSONPointer) -> StubFailure? {
        if value == true { return StubFailure(cause: .exit(1), message: nil) }
        if let message = value.stringValue { return StubFailure(cause: .exit(1), message: message) }
        let known = ["exit_code", "signal", "reason", "message"]
        guard let entry = decoder.members(value, "`fails`", known: known, at: place) else { return nil }
        let causes = ["exit_code", "signal", "reason"].filter { entry[$0] != nil }
        if causes.count > 1 {
            let all = causes.map { "`\($0)`" }.joined(separator: " and ")
            decoder.note(place, "a step ends in one way; `fails` has \(all)")
        }
        let message = decoder.text("message", in: entry)
        let code = decoder.count("exit_code", in: entry, 0...255).map { Int32($0) }
        if let code, tool.successExitCodes.contains(code) {
            decoder.note(entry.place("exit_code"), "the exit code \(code) means success for the tool `\(tool.id)`")
        }
        if let signal = decoder.count("signal", in: entry, 1...64) {
            return StubFailure(cause: .signal(Int32(signal)), message: message)
        }
        if entry["reason"] != nil {
            let limit: StubFailure.Limit? = decoder.word("reason", in: entry)
            return limit.map { StubFailure(cause: .limit($0), message: message) }
        }
        return StubFailure(cause: .exit(code ?? 1), message: message)
    }
}
