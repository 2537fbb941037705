package import LockstepJSON
package import LockstepModel

/// What steps give back instead of running their tools.
package struct StubSet: Sendable {
    /// For single steps and items; the most exact address wins.
    package var steps: [StepAddress: Stub] = [:]
    /// For all steps of a tool that have no stub of their own.
    package var tools: [ToolID: Stub] = [:]

    /// The stub for a step: of the item, else of the step in any item, else of its tool.
    package func stub(at address: StepAddress, tool: ToolID) -> Stub? {
        steps[address] ?? steps[address.withoutItem] ?? steps[address.withoutItems] ?? tools[tool]
    }

    /// Adds stubs that go before those of the same name.
    package mutating func override(with other: StubSet) {
        steps.merge(other.steps) { $1 }
        tools.merge(other.tools) { $1 }
    }
}

/// The outcomes of a step's calls, in order.
///
/// A call is one attempt; calls are counted for each step, and each item of a loop, by itself.
package struct Stub: Sendable {
    package var outcomes: [StubOutcome]
    /// `items`: one stub for each item of a loop; ``outcomes`` is empty then.
    package var items: [Stub]?
    package let pointer: JSONPointer

    package init(_ outcomes: [StubOutcome], items: [Stub]? = nil, at pointer: JSONPointer) {
        self.outcomes = outcomes
        self.items = items
        self.pointer = pointer
    }
}

/// What one call, or several, come to.
package struct StubOutcome: Sendable {
    package enum Result: Sendable {
        /// The tool succeeded; outputs by name, those that it did not make left out.
        case succeeds(outputs: [String: StubValue], exitCode: Int32)
        case fails(StubFailure)
        /// Somebody cancels the job while the step runs.
        case cancels
    }

    /// `when`: a rule over the step's parameters, `attempt` and `item_index`; true when nil.
    package var condition: Rule?
    /// How many calls it is for; all that come when nil.
    package var times: Int?
    /// `takes`: how long the step seems to run.
    package var duration: DurationText?
    package var result: Result
    package let pointer: JSONPointer
}

/// One output that a stub gives.
package enum StubValue: Sendable, Hashable {
    case json(JSONValue)
    case file(TestFile)
    case files([TestFile])
}

/// How a stub fails.
package struct StubFailure: Sendable, Hashable {
    package enum Cause: Sendable, Hashable {
        case exit(Int32)
        case signal(Int32)
        case limit(Limit)
    }

    /// `reason`: a limit at which the runner ends a step.
    package enum Limit: String, Sendable, Hashable, CaseIterable {
        case timedOut = "timed_out"
        case outOfMemory = "out_of_memory"
        case tooManyProcesses = "too_many_processes"
        case outputLimit = "output_limit"
        case diskLimit = "disk_limit"
    }

    package var cause: Cause
    /// What the tool wrote to standard error; nothing when nil.
    package var message: String?

    package init(cause: Cause, message: String? = nil) {
        self.cause = cause
        self.message = message
    }
}
