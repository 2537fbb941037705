package import LockstepJSON

/// What a case wants the job to have come to.
package struct CaseExpectation: Sendable {
    /// `state`.
    package enum State: String, Sendable, Hashable, CaseIterable {
        case completed
        case partial
        case failed
        case cancelled
        /// The inputs are not valid, so no job is made.
        case refused
    }

    /// `completed` unless the case says otherwise.
    package var state: State
    package var statePointer: JSONPointer
    package var errorCode: Expected?
    package var errorMessage: Expected?
    package var steps: [StepExpectation]
    /// By name, in the order of the file.
    package var variables: [(name: String, expected: Expected)]
    package var outputs: [(name: String, expected: Expected)]
}

/// What a case wants of one step; what is nil is not looked at.
package struct StepExpectation: Sendable {
    package var address: StepAddress
    package var pointer: JSONPointer
    package var status: Expected?
    /// Of the last attempt; those that are not named may have any value.
    package var parameters: [(name: String, expected: Expected)] = []
    /// The argument vector of the last attempt.
    package var command: Expected?
    /// What the last attempt read on standard input, as text.
    package var stdin: Expected?
    /// The tool's own environment variables in the last attempt.
    package var environment: Expected?
    /// How often the tool was started.
    package var attempts: Expected?
    package var outputs: [(name: String, expected: Expected)] = []
    package var errorCode: Expected?
    package var errorMessage: Expected?
    /// `{total, completed, failed}` of a loop.
    package var items: Expected?
}
