package import LockstepJSON
package import LockstepModel

/// What a run of a workflow on given inputs would do, as far as it is known before anything runs.
package struct RunPlan: Sendable {
    package var workflowID: WorkflowID
    package var name: String
    /// The input variables by id, in the order of the definition.
    package var inputs: [(name: String, value: PlannedValue)]
    /// Those of `finally` last.
    package var steps: [PlannedStep]
    /// The workflow's outputs, in order.
    package var outputs: [(name: String, value: PlannedValue)]
    /// Whether equal results of earlier steps are used (`--resume`).
    package var reusesSteps: Bool
    /// Why nobody could look whether there are earlier results; nil when somebody could, or there is no state folder.
    package var lookupProblem: String?

    /// What the steps that are not skipped or reused say they cost; nil when none says it.
    package var estimatedCost: PlannedCost? {
        let costs = steps.filter { !$0.isSkipped }.compactMap(\.estimatedCost)
        guard !costs.isEmpty else { return nil }
        return PlannedCost(
            amount: costs.map(\.amount).reduce(.zero, +),
            isLeast: costs.contains(where: \.isLeast)
        )
    }

    /// The steps that would fail before they start, those of called workflows among them: `check/a`.
    package var failingSteps: [String] {
        steps.flatMap { step -> [String] in
            let own = step.problems.isEmpty ? [] : [step.id.rawValue]
            guard case .workflow(let called)? = step.content else { return own }
            return own + called.failingSteps.map { "\(step.id)/\($0)" }
        }
    }
}

/// A sum of estimates.
package struct PlannedCost: Sendable, Hashable {
    package var amount: Money
    /// Whether it is only that of one item of a list whose length is not known yet.
    package var isLeast: Bool
}

/// A value, or what it waits for.
package enum PlannedValue: Sendable, Hashable {
    /// Nil for a variable without value.
    case known(JSONValue?)
    /// It depends on variables that steps make first.
    case waits([String])
}

/// A question that a `when` asks, as far as it can be answered.
package enum PlannedDecision: Sendable, Hashable {
    case holds
    case fails
    /// It is decided at run time, when these variables are there.
    case waits([String])
}

/// One step of a plan.
package struct PlannedStep: Sendable {
    package var id: StepID
    /// Its place among all steps, from 1.
    package var number: Int
    package var isFinal: Bool
    package var work: StepWork
    /// For a step of `finally` the ends of the job for which it runs; nil for all of them and for any other step.
    package var runOn: [JobEnd]?
    /// `when` as it was written, and its answer.
    package var condition: (text: String, decision: PlannedDecision)?
    package var loop: PlannedLoop?
    package var attempts: Int
    package var toleratesFailure: Bool
    /// Why the step would fail before it starts, a sentence each.
    package var problems: [String] = []
    /// What it would run; nil when it would not, or when that cannot be said because of a problem.
    package var content: PlannedContent?

    package var isSkipped: Bool { condition?.decision == .fails }

    /// What it would cost with all its items; nil when nobody says it, and when nothing would run.
    package var estimatedCost: PlannedCost? {
        let one: PlannedCost?
        switch content {
        case .tool(let tool):
            if case .equal(_, true) = tool.reuse { return nil }
            one = tool.estimatedCost.map { PlannedCost(amount: $0, isLeast: false) }
        case .workflow(let called): one = called.estimatedCost
        case nil: one = nil
        }
        guard let loop, let one else { return one }
        guard let count = loop.count else { return PlannedCost(amount: one.amount, isLeast: true) }
        return PlannedCost(amount: (0..<count).reduce(.zero) { sum, _ in sum + one.amount }, isLeast: one.isLeast)
    }
}

/// A step's `for_each` in a plan; what else the plan says of the step is about the first item.
package struct PlannedLoop: Sendable, Hashable {
    /// The list as it was written.
    package var source: String
    package var item: String
    /// How many items there are; nil when that is not known yet.
    package var count: Int?
    /// The variables that the list waits for.
    package var waits: [String]
    package var maxParallel: Int
}

/// What a step would run.
package enum PlannedContent: Sendable {
    case tool(PlannedTool)
    case workflow(RunPlan)
}
