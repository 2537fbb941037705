internal import LockstepJSON
internal import LockstepModel

/// The names that mappings read.
extension WorkflowChecker {
    enum Lookup {
        case found(FlowVariable)
        /// There is such a variable, but it can have no value here; a sentence for a person.
        case refused(String)
        case unknown
    }

    func look(up name: String, for reader: Reader) -> Lookup {
        // Names are ASCII; a text that only counts as equal to one is not meant.
        guard name.utf8.allSatisfy({ $0 < 0x80 }) else { return .unknown }
        let loop = steps[reader.step].loop
        if name == StepLoop.indexName {
            if reader.item != nil { return .found(.itemIndex) }
            return .refused("`item_index` has a value only in the parameter_mappings of a step with `for_each`")
        }
        if let loop, loop.itemName == name, variables[name] == nil {
            if let item = reader.item { return .found(item) }
            return .refused("`\(name)` is the item of `for_each`, which only the step's parameter_mappings know")
        }
        if let variable = FlowVariable.reserved(name) ?? variables[name] { return .found(variable) }
        guard let maker = makers[name] else { return .unknown }
        let when = maker == reader.step ? "which is this step itself" : "which runs later"
        return .refused("`\(name)` is made by step `\(steps[maker].id)`, \(when)")
    }

    /// What a mapping gives, as far as it is known before a run, with where it comes from.
    struct Given {
        var forecast = ValueForecast.unknown
        /// Where it comes from and what that does, when it is certain and when it is not: `the rule `if` gives`.
        var subject = (certain: "it is", possible: "it may be")
        /// The variable that it is, unless a rule makes something of it.
        var variable: (name: String, origin: FlowVariable)?
    }

    /// Looks at a mapping, and notes names and parts of values that there are not.
    mutating func given(by mapping: Mapping, for reader: Reader, at place: JSONPointer) -> Given {
        switch mapping {
        case .literal(let value): return Given(forecast: .exactly(value))
        case .variable(let name):
            use(name)
            switch look(up: name, for: reader) {
            case .unknown: return Given()
            case .refused(let message):
                note(place, message)
                return Given()
            case .found(let origin):
                noteRecord(name, at: place)
                return given(by: name, origin)
            }
        case .rule(let rule): return given(by: rule, for: reader, at: place)
        }
    }

    private func given(by name: String, _ origin: FlowVariable) -> Given {
        let source = "\(origin.noun) `\(name)`" + (origin.step == nil ? "" : ",")
        let subject = ("\(source) is", "\(source) may be")
        return Given(forecast: origin.forecast, subject: subject, variable: (name, origin))
    }

    private mutating func given(by rule: Rule, for reader: Reader, at place: JSONPointer) -> Given {
        var origins: [String: FlowVariable] = [:]
        for variable in rule.variables + rule.soughtVariables {
            origins[variable.name] = read(variable, for: reader, at: place)
        }
        if rule.readsAnything { useAnything() }
        let (forecast, remarks) = rule.forecast { origins[$0]?.forecast ?? .null }
        for remark in remarks {
            let message = "`\(remark.path)` never has a value: \(remark.reason)"
            let severity: Finding.Severity = remark.hasDefault ? .warning : .error
            note(Self.place(of: remark.pointer, below: place), message, severity: severity)
        }
        if let whole = rule.variables.first, whole.pointer.tokens.isEmpty, !whole.hasDefault {
            if whole.path == whole.name, let origin = origins[whole.name] { return given(by: whole.name, origin) }
            return Given(forecast: forecast, subject: ("`\(whole.path)` is", "`\(whole.path)` may be"))
        }
        let noun = rule.json.objectValue?.names.first.map { "the rule `\($0)`" } ?? "the rule"
        return Given(forecast: forecast, subject: ("\(noun) gives", "\(noun) may give"))
    }

    private mutating func read(_ variable: RuleVariable, for reader: Reader, at place: JSONPointer) -> FlowVariable? {
        use(variable.name)
        let place = Self.place(of: variable.pointer, below: place)
        switch look(up: variable.name, for: reader) {
        case .found(let origin):
            noteRecord(variable.name, at: place)
            return origin
        case .refused(let message): note(place, message)
        case .unknown:
            let nearest = nearestVariable(to: variable.name, for: reader)
            let hint = nearest.map { "did you mean `\($0)`?" } ?? "it is null here"
            let isMistake = nearest != nil && !variable.hasDefault
            note(
                place,
                "no step makes the variable `\(variable.name)`; \(hint)",
                severity: isMistake ? .error : .warning,
                suggestion: nearest
            )
        }
        return nil
    }

    /// The name in a `var` rather than the object around it.
    private static func place(of pointer: JSONPointer, below place: JSONPointer) -> JSONPointer {
        JSONPointer(place.tokens + pointer.tokens + ["var"])
    }

    private mutating func noteRecord(_ name: String, at place: JSONPointer) {
        guard name == "record" else { return }
        note(place, "`record` has no value in a workflow of steps; it is null here", severity: .warning)
    }

    // MARK: - Missing values

    /// Warns when a value is needed that may be missing, because its step may be skipped or fail, and nothing provides for that.
    mutating func checkPresence(of given: Given, neededBy noun: String, for reader: Reader, at place: JSONPointer) {
        // Steps of `finally` run whatever became of the others.
        guard let (name, origin) = given.variable, let absence = origin.absence, let maker = origin.step,
            reader.step < workflow.steps.count, !isGuarded(reader.step, like: absence, of: maker)
        else { return }
        let why =
            switch absence {
            case .skipped: "when its step `\(steps[maker].id)` is skipped"
            case .failed: "when its step `\(steps[maker].id)` fails"
            case .optional: "when step `\(steps[maker].id)` does not make it"
            }
        let output = steps[maker].outputMappings.first { $0.variable == name }?.output ?? name
        let guardHint =
            if case .skipped = absence { "give this step the same `when`" } else { "give this step a `when`" }
        let message = """
            \(noun) needs a value, but `\(name)` has none \(why); give it a default there \
            (`\(output): {variable: \(name), default: …}`), or \(guardHint)
            """
        note(place, message, severity: .warning)
    }

    /// Whether a step runs only when the other one has, or looks at what that one made.
    private func isGuarded(_ index: Int, like absence: FlowVariable.Absence, of maker: Int) -> Bool {
        guard let condition = steps[index].condition else { return false }
        switch condition {
        case .literal: break
        case .variable(let name): if variables[name]?.step == maker { return true }
        case .rule(let rule):
            let names = (rule.variables + rule.soughtVariables).map(\.name)
            if names.contains(where: { variables[$0]?.step == maker }) { return true }
        }
        guard case .skipped(let other) = absence else { return false }
        if condition == other { return true }
        guard case .rule(let rule) = condition, case .rule(let wanted) = other else { return false }
        return rule.json["and"]?.arrayValue?.contains(wanted.json) == true
    }
}
