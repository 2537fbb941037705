/// The variables that a step's guard, list and mappings read.
package struct VariableReads: Sendable, Hashable {
    package var names: Set<String> = []
    /// Whether any variable may be read, because a rule computes its name.
    package var isEverything = false

    package init() {}

    mutating func add(_ mapping: Mapping) {
        switch mapping {
        case .literal: break
        case .variable(let name): names.insert(name)
        case .rule(let rule):
            names.formUnion(rule.variables.map(\.name))
            names.formUnion(rule.soughtVariables.map(\.name))
            isEverything = isEverything || rule.readsAnything
        }
    }
}

extension WorkflowStep {
    /// What the step reads, the runner's own variables and its item among them.
    package var reads: VariableReads {
        var reads = VariableReads()
        if let condition { reads.add(condition) }
        if let loop { reads.add(loop.mapping) }
        for entry in parameterMappings { reads.add(entry.mapping) }
        return reads
    }
}
