package import LockstepModel

/// A workflow as a picture has it: its inputs, steps and outputs, and what flows between them.
package struct FlowGraph: Sendable, Hashable {
    /// An input variable, a step, or an output of the workflow.
    package struct Node: Sendable, Hashable {
        package enum Kind: Sendable, Hashable {
            case input(InputVariable)
            case step(Step)
            case output
        }

        /// The variable, or the id of the step.
        package var name: String
        package var kind: Kind

        package var step: Step? {
            if case .step(let step) = kind { step } else { nil }
        }
    }

    /// What a step does, and when.
    package struct Step: Sendable, Hashable {
        /// Its place among all steps, from 1.
        package var number: Int
        /// Whether it is one of `finally`.
        package var isFinal: Bool
        package var work: StepWork
        /// `when` as it was written.
        package var condition: String?
        package var loop: Loop?
        /// How often it is tried at most; 1 when it has no `retry`.
        package var attempts: Int
        /// `on_failure: continue`.
        package var toleratesFailure: Bool
        /// For a step of `finally` the ends of the job for which it runs; nil for all of them and for any other step.
        package var runOn: [JobEnd]?
        package var timeout: DurationText?
        /// The outputs that become variables, in the order of the file.
        package var makes: [OutputMapping]
        /// Where rules stand that may read any variable, so that no edges can be drawn.
        package var readsAnything: [Use]
    }

    /// What a step with `for_each` runs over.
    package struct Loop: Sendable, Hashable {
        /// The variable of the item.
        package var item: String
        /// The list as it was written.
        package var source: String
        /// Whether it goes over the lines of a text.
        package var isLines: Bool
        package var maxParallel: Int
    }

    /// What the reader of a variable wants it for.
    package enum Use: Sendable, Hashable {
        /// A parameter of the tool, or an input variable of the called workflow.
        case parameter(String)
        /// `when`.
        case condition
        /// `for_each`.
        case loop
        /// The workflow's output.
        case output

        /// Whether it decides if, or how often, a step runs, instead of being worked on.
        package var isControl: Bool { self == .condition || self == .loop }
    }

    /// One variable on its way from who makes it to who reads it.
    package struct Edge: Sendable, Hashable {
        /// The places of both ends in ``FlowGraph/nodes``.
        package var source: Int
        package var target: Int
        package var variable: String
        package var use: Use
    }

    package var id: WorkflowID
    package var name: String
    package var version: String
    package var description: String
    /// Inputs, then steps as they run, then those of `finally`, then outputs.
    package var nodes: [Node]
    /// In the order of their targets, and there as the file has them; none twice.
    package var edges: [Edge]
}

extension FlowGraph.Step {
    /// Whether it calls a workflow.
    package var isCall: Bool {
        switch work {
        case .tool: false
        case .workflow: true
        }
    }

    /// What it runs: `pdf_extractor`, or `workflow analyze_document`.
    package var workText: String {
        switch work {
        case .tool(let reference): reference.id.rawValue
        case .workflow(let id): "workflow \(id)"
        }
    }

    /// Whether and how it runs, one thing a phrase.
    package var notes: [String] {
        var notes: [String] = []
        if let condition { notes.append("when \(condition)") }
        if let loop {
            let parallel = loop.maxParallel > 1 ? ", \(loop.maxParallel) at a time" : ""
            notes.append("for each \(loop.item) of \(loop.isLines ? "the lines of " : "")\(loop.source)\(parallel)")
        }
        if let runOn { notes.append("only after \(runOn.map(\.rawValue).joined(separator: " or "))") }
        if attempts > 1 { notes.append("up to \(attempts) attempts") }
        if let timeout { notes.append("at most \(timeout)") }
        if toleratesFailure { notes.append("the job goes on when it fails") }
        for use in readsAnything { notes.append("\(use.noun) may read any variable") }
        return notes
    }
}

extension FlowGraph.Use {
    /// What a person calls it.
    package var noun: String {
        switch self {
        case .parameter(let name): name
        case .condition: "when"
        case .loop: "for each"
        case .output: "output"
        }
    }
}
