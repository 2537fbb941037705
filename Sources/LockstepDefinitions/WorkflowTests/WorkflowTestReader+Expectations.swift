internal import LockstepJSON
internal import LockstepModel

/// `expect`: what a case wants.
extension WorkflowTestReader {
    private static let expectKeys = ["state", "error_code", "error_message", "steps", "variables", "outputs"]
    private static let stepKeys = [
        "status", "parameters", "command", "stdin", "env", "attempts", "outputs", "error_code", "error_message",
        "items",
    ]

    mutating func expectation(in entry: Members) -> CaseExpectation {
        decoder.require("expect", in: entry, "a case")
        var expectation = CaseExpectation(
            state: .completed,
            statePointer: entry["expect"] == nil ? entry.pointer : entry.place("expect"),
            steps: [],
            variables: [],
            outputs: []
        )
        guard let value = entry["expect"],
            let members = decoder.members(value, "`expect`", known: Self.expectKeys, at: entry.place("expect"))
        else { return expectation }
        if members["state"] != nil {
            expectation.state = decoder.word("state", in: members) ?? .completed
            expectation.statePointer = members.place("state")
        }
        expectation.errorCode = errorCode(in: members)
        expectation.errorMessage = expected("error_message", in: members)
        for name in ["error_code", "error_message"] where members[name] != nil && expectation.state == .completed {
            decoder.noteName(
                members.place(name),
                "a job that completed has no `\(name)`; say the `state` that is wanted"
            )
        }
        if expectation.state == .refused {
            for name in ["steps", "variables", "outputs"] where members[name] != nil {
                decoder.noteName(members.place(name), "a job that is refused is never made, so it has no `\(name)`")
            }
        }
        expectation.variables = named("variables", in: members, among: tested.variables) { [tested] in
            "the workflow `\(tested.workflow.id)` has no variable `\($0)`"
        }
        expectation.outputs = named("outputs", in: members, among: tested.workflow.outputs) { [tested] in
            "the workflow `\(tested.workflow.id)` has no output `\($0)`"
        }
        expectation.steps = decoder.entries("steps", in: members).compactMap { step($0, $1, at: $2) }
        return expectation
    }

    private mutating func errorCode(in members: Members) -> Expected? {
        guard let value = members["error_code"] else { return nil }
        if value.stringValue != nil { let _: JobErrorCode? = decoder.word("error_code", in: members) }
        return expected(value, at: members.place("error_code"))
    }

    /// Expectations by names that must be known.
    private mutating func named(
        _ key: String,
        in members: Members,
        among names: [String],
        unknown message: (String) -> String
    ) -> [(name: String, expected: Expected)] {
        decoder.entries(key, in: members).compactMap { name, value, place in
            if !names.contains(name) { noteUnknown(message(name), name, among: names, at: place) }
            return expected(value, at: place).map { (name, $0) }
        }
    }

    // MARK: - Steps

    private mutating func step(_ name: String, _ value: JSONValue, at place: JSONPointer) -> StepExpectation? {
        guard let address = StepAddress(parsing: name) else {
            decoder.noteName(
                place,
                "\(JSONValue.string(name).shown) names no step; write `analyze`, `ocr[2]` or `call/analyze`"
            )
            return nil
        }
        let found: TestedWorkflow.Found
        do throws(TestedWorkflow.Lost) {
            found = try tested.find(address)
        } catch {
            decoder.noteName(place, error.message, suggestion: error.suggestion)
            return nil
        }
        guard let entry = decoder.members(value, "what is expected of a step", known: Self.stepKeys, at: place) else {
            return nil
        }
        var step = StepExpectation(address: address, pointer: place)
        if let status = entry["status"] {
            if status.stringValue != nil { let _: StepStatus? = decoder.word("status", in: entry) }
            step.status = expected(status, at: entry.place("status"))
        }
        step.errorCode = errorCode(in: entry)
        step.errorMessage = expected("error_message", in: entry)
        step.items = expected("items", in: entry)
        if step.items != nil, found.step.loop == nil || address.parts.last?.item != nil {
            decoder.noteName(entry.place("items"), "only a step with `for_each` has `items`")
        }
        checkCallKeys(of: found, address, entry)
        if let tool = found.tool {
            step.parameters = named("parameters", in: entry, among: tool.parameters.map(\.name)) {
                "the tool `\(tool.id)` has no parameter `\($0)`"
            }
            step.outputs = named("outputs", in: entry, among: tool.outputs.map(\.name)) {
                "the tool `\(tool.id)` has no output `\($0)`"
            }
        }
        step.command = expected("command", in: entry)
        step.stdin = expected("stdin", in: entry)
        step.environment = expected("env", in: entry)
        step.attempts = expected("attempts", in: entry)
        return step
    }

    /// Refuses what only a call of one tool has.
    private mutating func checkCallKeys(of found: TestedWorkflow.Found, _ address: StepAddress, _ entry: Members) {
        let written = ["parameters", "command", "stdin", "env", "attempts"].filter { entry[$0] != nil }
        let name = address.description
        for key in written + (entry["outputs"] == nil ? [] : ["outputs"]) where found.step.calledWorkflow != nil {
            decoder.noteName(
                entry.place(key),
                "the step `\(name)` calls a workflow; write `\(key)` for a step of that, such as `\(name)/STEP`"
            )
        }
        for key in written where found.step.loop != nil && address.parts.last?.item == nil {
            decoder.noteName(
                entry.place(key),
                "the step `\(name)` runs for each item; write `\(key)` for one of them, such as `\(name)[0]`"
            )
        }
    }

    // MARK: - Values

    private mutating func expected(_ name: String, in members: Members) -> Expected? {
        members[name].flatMap { expected($0, at: members.place(name)) }
    }

    mutating func expected(_ value: JSONValue, at place: JSONPointer) -> Expected? {
        switch value {
        case .array(let items):
            return Expected(
                .items(items.enumerated().compactMap { expected($1, at: place.appending($0)) }),
                at: place
            )
        case .object(let object):
            if let matcher = matcher(object, at: place) { return matcher.map { Expected($0, at: place) } }
            return Expected(
                .members(
                    object.compactMap { name, value in expected(value, at: place.appending(name)).map { (name, $0) } }
                ),
                at: place
            )
        default: return Expected(.equal(value), at: place)
        }
    }

    /// The matcher that an object is; nil inside when it is a wrong one, nil when it is none.
    private mutating func matcher(_ object: JSONObject, at place: JSONPointer) -> Expected.Form?? {
        if object.contains("near"), object.names.allSatisfy({ ["near", "within"].contains($0) }) {
            guard let number = object["near"]?.doubleValue, let within = (object["within"] ?? 0).doubleValue,
                within >= 0
            else {
                decoder.note(
                    place,
                    "`near` is a number and `within` how far off it may be, such as {near: 1.5, within: 0.1}"
                )
                return .some(nil)
            }
            return .near(number, within: within)
        }
        guard object.count == 1, let name = object.names.first, let value = object[name] else { return nil }
        let here = place.appending(name)
        switch name {
        case "exactly", "value": return .equal(value)
        case "contains": return .some(expected(value, at: here).map { .contains($0) })
        case "any", "absent":
            if value != true { decoder.note(here, "`\(name)` can only be true") }
            return name == "any" ? .any : .absent
        case "matches":
            guard let source = value.stringValue else {
                decoder.note(here, "`matches` must be a pattern; it is \(value.shown)")
                return .some(nil)
            }
            do throws(PatternError) {
                return .matches(try Pattern(source))
            } catch {
                decoder.note(here, "the pattern cannot be used: \(error)")
                return .some(nil)
            }
        default: return nil
        }
    }
}
