package import LockstepDefinitions
package import LockstepJSON

/// How one case of a test file went.
package struct TestCaseResult: Sendable {
    package enum Outcome: Sendable {
        case passed
        /// Everything that is not as the case wants it.
        case failed([TestMismatch])
        /// The case itself does not work: a stub is missing, or a file cannot be taken.
        case broken([TestProblem])
    }

    package let name: String
    /// Where the case stands in the file.
    package let pointer: JSONPointer
    package let outcome: Outcome
    package let seconds: Double

    package init(name: String, pointer: JSONPointer, outcome: Outcome, seconds: Double) {
        self.name = name
        self.pointer = pointer
        self.outcome = outcome
        self.seconds = seconds
    }

    package var hasPassed: Bool {
        if case .passed = outcome { true } else { false }
    }
}

/// Why a case does not work.
package struct TestProblem: Error, Sendable, Hashable {
    package let pointer: JSONPointer
    package let message: String

    package init(pointer: JSONPointer, message: String) {
        self.pointer = pointer
        self.message = message
    }
}

/// How the chosen cases of one test file went.
package struct TestFileResult: Sendable {
    package let loaded: LoadedTest
    /// Empty when the file is invalid.
    package let cases: [TestCaseResult]

    package init(_ loaded: LoadedTest, cases: [TestCaseResult]) {
        self.loaded = loaded
        self.cases = cases
    }

    package var seconds: Double { cases.reduce(0) { $0 + $1.seconds } }
}
