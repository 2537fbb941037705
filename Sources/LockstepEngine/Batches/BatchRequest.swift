package import LockstepDefinitions
internal import LockstepExecution
package import LockstepModel

/// What a new batch is made from.
package struct BatchRequest: Sendable {
    package var workflow: CheckedWorkflow
    package var source: BatchSource
    /// Absolute path of the folder that relative paths of standard input's rows begin at.
    package var folder: String
    /// The workflow's name when nil.
    package var name: String?
    /// What rows that do not say it themselves get.
    package var sharedInputs: [GivenInput] = []
    package var maxParallel: Int
    package var sandbox = SandboxLevel.full
    package var reusesSteps = false
    /// Leaves rows out that are not valid, instead of refusing the whole table.
    package var skipsInvalid = false
    package var scheduleID: String?

    package init(workflow: CheckedWorkflow, source: BatchSource, folder: String, maxParallel: Int) {
        self.workflow = workflow
        self.source = source
        self.folder = folder
        self.maxParallel = maxParallel
    }

    /// How many jobs of one batch may run at the same time.
    package static let parallelLimit = 1000
}

/// A batch whose rows are stored, and what was wrong with others.
package struct PreparedBatch: Sendable {
    package var batch: Batch
    /// What is wrong with rows that were left out, at most ``problemLimit``.
    package private(set) var problems: [RowProblem] = []
    /// How many problems there are beyond those.
    package private(set) var moreProblems = 0
    /// Keeps others from tidying it away before it is real.
    var hold: OwnerLock?

    /// Of more problems it is only told how many they are.
    package static let problemLimit = 1000

    init(batch: Batch, hold: OwnerLock?) {
        self.batch = batch
        self.hold = hold
    }

    /// Counts a row that is not valid.
    mutating func add(_ found: [RowProblem]) {
        batch.invalid += 1
        let kept = found.prefix(Self.problemLimit - problems.count)
        problems += kept
        moreProblems += found.count - kept.count
    }
}
