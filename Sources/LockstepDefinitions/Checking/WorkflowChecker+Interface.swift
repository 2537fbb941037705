internal import LockstepJSON
internal import LockstepModel

/// Whether a step fits what it uses: names, what must be mapped, versions, and trying again.
extension WorkflowChecker {
    /// Notes which inputs of a tool or of a called workflow lack a mapping.
    mutating func check(_ interface: StepInterface, of index: Int) {
        let step = steps[index]
        let written = Set((step.parameterMappingsSource.objectValue?.names ?? []).map(JSONKey.init))
        for input in interface.inputs where input.isNeeded && !written.contains(JSONKey(input.name)) {
            let hasMappings = !written.isEmpty
            let place = hasMappings ? place(index, "parameter_mappings") : place(index)
            let message =
                "\(interface.noun) needs `\(input.name)` (\(input.schema.shown)); map it to a variable or a value"
            note(place, message, concernsName: hasMappings)
        }
    }

    /// Refuses a name that the tool or the called workflow does not have.
    mutating func noteUnknown(
        _ noun: String,
        _ name: String,
        among names: [String],
        of interface: StepInterface,
        at place: JSONPointer
    ) {
        let nearest = interface.inputIDs[name] ?? EditDistance.nearest(to: name, among: names)
        let list = names.isEmpty ? "it has none" : "it has \(names.joined(separator: ", "))"
        let hint = nearest.map { "did you mean `\($0)`?" } ?? list
        let message = "\(interface.noun) has no \(noun) `\(name)`; \(hint)"
        note(place, message, concernsName: true, suggestion: nearest)
    }

    // MARK: - Tools

    mutating func check(_ tool: Tool, of index: Int) {
        if let reference = steps[index].tool, !reference.accepts(version: tool.version) {
            let wanted = reference.version ?? "another"
            note(
                place(index, "tool", "version"),
                "the tool `\(tool.id)` has version \(tool.version); this step wants \(wanted)"
            )
        }
        if let policy = steps[index].retry { check(policy, of: index, tool) }
    }

    private mutating func check(_ policy: StepRetryPolicy, of index: Int, _ tool: Tool) {
        let place = place(index, "retry")
        if !tool.isIdempotent {
            note(
                place,
                "the tool `\(tool.id)` says `idempotent: false`, so nothing starts it a second time by itself; leave `retry` out",
                concernsName: true
            )
        }
        let codes = place.appending("on_exit_codes")
        for (item, code) in (codes.resolve(in: workflow.definition)?.arrayValue ?? []).enumerated() {
            guard let code = code.integerValue.flatMap({ Int32(exactly: $0) }), policy.covers(exitCode: code),
                tool.successExitCodes.contains(code)
            else { continue }
            note(
                codes.appending(item),
                "the exit code \(code) means success for the tool `\(tool.id)`, so it is never tried again"
            )
        }
    }
}
