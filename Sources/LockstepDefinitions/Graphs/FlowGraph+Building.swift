internal import LockstepJSON
package import LockstepModel

extension FlowGraph {
    /// Draws nothing of the called workflows but their calls.
    package init(_ checked: CheckedWorkflow) { self.init(checked.workflow) }

    package init(_ workflow: Workflow) {
        var builder = Builder()
        for variable in workflow.inputVariables {
            builder.add(Node(name: variable.id, kind: .input(variable)), making: [variable.id])
        }
        for (index, step) in workflow.allSteps.enumerated() {
            builder.add(step, number: index + 1, isFinal: index >= workflow.steps.count)
        }
        for variable in workflow.outputs {
            builder.read([variable], for: .output)
            builder.add(Node(name: variable, kind: .output), making: [])
        }
        self.init(
            id: workflow.id,
            name: workflow.name,
            version: workflow.version,
            description: workflow.description,
            nodes: builder.nodes,
            edges: builder.edges
        )
    }

    private struct Builder {
        var nodes: [Node] = []
        var edges: [Edge] = []
        /// The node that makes each variable.
        private var makers: [String: Int] = [:]
        private var seen: Set<Edge> = []

        mutating func add(_ node: Node, making variables: [String]) {
            for variable in variables { makers[variable] = nodes.count }
            nodes.append(node)
        }

        /// Notes what the node that comes next reads; variables that no node makes are the runner's own, or the item of a loop.
        mutating func read(_ variables: [String], for use: Use, except hidden: Set<String> = []) {
            for variable in variables where !hidden.contains(variable) {
                guard let source = makers[variable] else { continue }
                let edge = Edge(source: source, target: nodes.count, variable: variable, use: use)
                if seen.insert(edge).inserted { edges.append(edge) }
            }
        }

        mutating func add(_ step: WorkflowStep, number: Int, isFinal: Bool) {
            var anything: [Use] = []
            func note(_ mapping: Mapping, _ use: Use) { if mapping.readsAnything { anything.append(use) } }
            if let condition = step.condition {
                read(condition.variableNames, for: .condition)
                note(condition, .condition)
            }
            if let loop = step.loop {
                read(loop.mapping.variableNames, for: .loop)
                note(loop.mapping, .loop)
            }
            let inner: Set<String> = step.loop.map { [$0.itemName, StepLoop.indexName] } ?? []
            for entry in step.parameterMappings {
                read(entry.mapping.variableNames, for: .parameter(entry.parameter), except: inner)
                note(entry.mapping, .parameter(entry.parameter))
            }
            let ends = JobEnd.allCases.filter(step.runOn.contains)
            let content = Step(
                number: number,
                isFinal: isFinal,
                work: step.work,
                condition: step.condition?.text,
                loop: step.loop.map { Loop($0) },
                attempts: step.retry?.maxAttempts ?? 1,
                toleratesFailure: step.failurePolicy == .continue,
                runOn: isFinal && ends.count < JobEnd.allCases.count ? ends : nil,
                timeout: step.timeout,
                makes: step.outputMappings,
                readsAnything: anything
            )
            add(Node(name: step.id.rawValue, kind: .step(content)), making: step.outputMappings.map(\.variable))
        }
    }
}

extension FlowGraph.Loop {
    fileprivate init(_ loop: StepLoop) {
        let isLines = if case .lines = loop.source { true } else { false }
        self.init(item: loop.itemName, source: loop.mapping.text, isLines: isLines, maxParallel: loop.maxParallel)
    }
}

extension Mapping {
    /// The variables that it may read, each once, in the order in which they stand; see ``readsAnything``.
    package var variableNames: [String] {
        switch self {
        case .variable(let name): return [name]
        case .literal: return []
        case .rule(let rule):
            var seen: Set<String> = []
            return (rule.variables + rule.soughtVariables).map(\.name).filter { seen.insert($0).inserted }
        }
    }

    /// Whether it may read variables that are not written out.
    package var readsAnything: Bool {
        if case .rule(let rule) = self { rule.readsAnything } else { false }
    }

    /// The variable's name, or the value or rule as JSON.
    package var text: String {
        switch self {
        case .variable(let name): name
        case .literal(let value): JSONWriter.text(value)
        case .rule(let rule): JSONWriter.text(rule.json)
        }
    }
}
