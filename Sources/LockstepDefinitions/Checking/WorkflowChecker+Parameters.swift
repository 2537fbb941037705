internal import LockstepJSON
internal import LockstepModel

/// What parameters get.
extension WorkflowChecker {
    mutating func check(_ entry: ParameterMapping, of reader: Reader, _ interface: StepInterface?) {
        let place = place(reader.step, "parameter_mappings", entry.parameter)
        let input = interface?.input(entry.parameter)
        if let interface, input == nil {
            let names = interface.inputs.map(\.name)
            noteUnknown(interface.inputNoun, entry.parameter, among: names, of: interface, at: place)
        }
        let source = steps[reader.step].parameterMappingsSource[entry.parameter]
        if case .literal(let value) = entry.mapping {
            let isMarked = source?.objectValue != nil
            let place = isMarked ? place.appending("value") : place
            return check(literal: value, isMarked: isMarked, for: input, of: reader, at: place)
        }
        let given = given(by: entry.mapping, for: reader, at: place)
        guard let input else { return }
        check(given, for: input, at: place)
        if input.isNeeded, !input.schema.types.contains(.null) {
            checkPresence(of: given, neededBy: "`\(input.name)`", for: reader, at: place)
        }
        guard let name = source?.stringValue, input.schema.enumeration?.contains(.string(name)) == true else { return }
        let message = """
            `\(name)` is the variable here, but also one of the values of `\(input.name)`; \
            write {var: \(name)} for the variable or {value: \(name)} for the word
            """
        note(place, message, severity: .warning)
    }

    /// Notes a value that can never fit, and warns of one that fits only sometimes.
    private mutating func check(_ given: Given, for input: StepInterface.Input, at place: JSONPointer) {
        // Null is as good as no mapping, and that is looked at elsewhere.
        guard let kinds = given.forecast.kinds?.filter({ $0 != .exactly(.null) }), !kinds.isEmpty else { return }
        var subject = given.subject.certain
        let conflicts = kinds.compactMap { kind in Conflict(kind, input.schema) }
        guard let first = conflicts.first else { return }
        let isCertain = conflicts.count == kinds.count
        if !isCertain { subject = given.subject.possible }
        let message =
            switch first {
            case .types(let conflict): "`\(input.name)` takes \(conflict.wanted), but \(subject) \(conflict.given)"
            case .value(let violation): "`\(input.name)` \(violation), which \(subject)"
            }
        note(place, message, severity: isCertain ? .error : .warning)
    }

    /// Why values of a kind do not fit.
    private enum Conflict {
        case types(SchemaConflict)
        case value(violation: String)

        init?(_ kind: ValueForecast.Kind, _ wanted: ValueSchema) {
            switch kind {
            case .fitting(let schema):
                guard let conflict = SchemaConflict.between(schema, wanted) else { return nil }
                self = .types(conflict)
            case .exactly(let value):
                guard let violation = wanted.violations(in: value).first else { return nil }
                let place = violation.pointer.tokens.isEmpty ? "" : "at \(violation.pointer) "
                self = .value(violation: place + violation.message)
            }
        }
    }

    // MARK: - Literals

    private mutating func check(
        literal value: JSONValue,
        isMarked: Bool,
        for input: StepInterface.Input?,
        of reader: Reader,
        at place: JSONPointer
    ) {
        let violations = input.map { $0.schema.violations(in: value) } ?? []
        let wanted = isMarked ? nil : value.stringValue
        if let wanted, let input, notePath(wanted, isRefused: !violations.isEmpty, for: reader, at: place) {
            return use(wanted, for: input)
        }
        if let wanted, let nearest = nearestVariable(to: wanted, for: reader) {
            if !violations.isEmpty {
                note(place, "there is no variable `\(wanted)`; did you mean `\(nearest)`?", suggestion: nearest)
            } else if input != nil {
                let message = """
                    \(value) is no variable and is passed as this text; did you mean `\(nearest)`? \
                    (write {value: \(value)} if the text is meant)
                    """
                note(place, message, severity: .warning, suggestion: nearest)
            }
            return
        }
        guard let input else { return }
        let isName = wanted.map { DefinitionName.isValid($0) && !input.schema.types.contains(.string) } ?? false
        for violation in violations {
            let hint = isName && violation.pointer.tokens.isEmpty ? ", and there is no variable of this name" : ""
            let inner = JSONPointer(place.tokens + violation.pointer.tokens)
            let path = violation.pointer.tokens.isEmpty ? "" : " at \(violation.pointer)"
            note(inner, "`\(input.name)`\(path) \(violation.message)\(hint)")
        }
    }

    /// Notes a text such as `page.count` that looks like the part of a variable, which only a rule can read.
    private mutating func notePath(_ text: String, isRefused: Bool, for reader: Reader, at place: JSONPointer) -> Bool {
        guard text.contains("."), DefinitionName.isValid(text) else { return false }
        let names = text.split(separator: ".").map(String.init)
        guard case .found(let origin) = look(up: names[0], for: reader) else { return false }
        let (part, refusal) = origin.forecast.part(Array(names.dropFirst()))
        // A file name such as `report.txt` beside a variable `report` is nothing odd.
        guard isRefused || (refusal == nil && part != .unknown && part != .null) else { return false }
        let message = "`\(text)` is a text here; write {var: \(text)} for this part of the variable `\(names[0])`"
        let hint = isRefused ? "" : " (or {value: \(text)} if the text is meant)"
        note(place, message + hint, severity: isRefused ? .error : .warning, suggestion: "{var: \(text)}")
        return true
    }

    private mutating func use(_ path: String, for input: StepInterface.Input) {
        if let name = path.split(separator: ".").first { use(String(name)) }
    }
}
