package import LockstepJSON

package enum BatchNoun: IdentifierNoun { package static let prefix = "batch_" }
package typealias BatchID = Identifier<BatchNoun>

extension BatchID {
    /// The last 8 characters: short, and accepted wherever a batch is named as long as no other one ends so.
    package var shortText: String { String(rawValue.suffix(8)) }
}

/// Many jobs of one workflow, one for each row of a table.
package struct Batch: Sendable, Hashable {
    package var id: BatchID
    package var tenantID: String
    package var userID: String
    package var name: String
    package var workflowID: WorkflowID
    /// SHA-256 of the canonical workflow definition that all its jobs are pinned to.
    package var workflowDigest: String
    /// Everything else that its jobs use.
    package var pins: DefinitionPins
    /// Where its rows came from, as `{"kind": "csv", "path": …}`.
    package var source: JSONValue
    package var state: BatchState
    /// How many of its jobs run at the same time at most.
    package var maxParallel: Int
    package var sandbox: SandboxLevel
    /// Whether steps take the results of earlier equal ones instead of running.
    package var reusesSteps: Bool
    /// Rows that become jobs.
    package var total: Int
    /// Rows that were not valid and were left out.
    package var invalid: Int
    /// The optimistic lock: grows by one with every change of the batch's own row.
    package var version: Int64
    package var createdAt: Instant
    package var updatedAt: Instant
    package var startedAt: Instant?
    package var completedAt: Instant?
    /// Since when it waits for the workers of the service; nil when somebody else drives it.
    package var enqueuedAt: Instant?
    package var cancelRequestedAt: Instant?
    package var cancelReason: String?
    package var scheduleID: String?

    package init(
        id: BatchID,
        tenantID: String,
        userID: String,
        name: String,
        workflowID: WorkflowID,
        workflowDigest: String,
        pins: DefinitionPins,
        source: JSONValue,
        state: BatchState = .preparing,
        maxParallel: Int,
        sandbox: SandboxLevel = .full,
        reusesSteps: Bool = false,
        total: Int = 0,
        invalid: Int = 0,
        version: Int64 = 1,
        createdAt: Instant,
        updatedAt: Instant
    ) {
        self.id = id
        self.tenantID = tenantID
        self.userID = userID
        self.name = name
        self.workflowID = workflowID
        self.workflowDigest = workflowDigest
        self.pins = pins
        self.source = source
        self.state = state
        self.maxParallel = maxParallel
        self.sandbox = sandbox
        self.reusesSteps = reusesSteps
        self.total = total
        self.invalid = invalid
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// The batch as it is printed, with how far it is.
    package func json(_ counts: BatchCounts) -> JSONValue {
        var object: JSONObject = [
            "batch_id": .string(id.rawValue), "name": .string(name), "workflow_id": .string(workflowID.rawValue),
            "tenant_id": .string(tenantID), "user_id": .string(userID), "state": .string(state.rawValue),
            "source": source, "max_parallel": .integer(Int64(maxParallel)), "total": .integer(Int64(total)),
            "invalid": .integer(Int64(invalid)), "counts": counts.json, "created_at": createdAt.json,
            "updated_at": updatedAt.json,
        ]
        object["started_at"] = startedAt?.json
        object["completed_at"] = completedAt?.json
        object["cancel_requested_at"] = cancelRequestedAt?.json
        object["cancel_reason"] = cancelReason.map { .string($0) }
        object["schedule_id"] = scheduleID.map { .string($0) }
        return .object(object)
    }
}

/// Where a batch is in its life.
package enum BatchState: String, Sendable, Hashable, CaseIterable {
    /// Its rows are being read; nobody sees it yet.
    case preparing
    /// Ready; none of its jobs was started.
    case queued
    case running
    /// Every row's job completed.
    case completed
    /// Some rows completed, and some did not or only in part.
    case partial
    /// No row completed.
    case failed
    case cancelled

    package var isSettled: Bool {
        switch self {
        case .preparing, .queued, .running: false
        case .completed, .partial, .failed, .cancelled: true
        }
    }
}

/// Where a row of a batch is.
package enum BatchRowState: String, Sendable, Hashable, CaseIterable {
    /// No job was made of it yet.
    case pending
    /// Its job was made and has not started.
    case queued
    case running
    case completed
    case partial
    case failed
    case cancelled
    /// No job could be made of it; the row says why.
    case refused
    /// Its job was deleted.
    case deleted

    /// - Parameter state: That of the row's job.
    package init(_ state: JobState) {
        switch state {
        case .draft, .scheduled, .queued: self = .queued
        case .running, .paused: self = .running
        case .completed: self = .completed
        case .partial: self = .partial
        case .failed: self = .failed
        case .cancelled: self = .cancelled
        }
    }
}

/// How many rows of a batch are in which state.
package struct BatchCounts: Sendable, Hashable {
    package private(set) var rows: [BatchRowState: Int] = [:]

    package init() {}

    package subscript(state: BatchRowState) -> Int {
        get { rows[state] ?? 0 }
        set { rows[state] = newValue }
    }

    /// Rows that are over, however they ended.
    package var done: Int { rows.reduce(0) { Self.isDone($1.key) ? $0 + $1.value : $0 } }

    package var total: Int { rows.values.reduce(0, +) }

    /// Rows that `retry` would run again.
    package var retryable: Int { self[.failed] + self[.partial] + self[.refused] + self[.cancelled] }

    /// How a batch ends whose rows are all over.
    package var ending: BatchState {
        if self[.completed] + self[.deleted] == total { return .completed }
        return self[.completed] + self[.partial] > 0 ? .partial : .failed
    }

    private static func isDone(_ state: BatchRowState) -> Bool {
        switch state {
        case .pending, .queued, .running: false
        case .completed, .partial, .failed, .cancelled, .refused, .deleted: true
        }
    }

    package var json: JSONValue {
        .object(JSONObject(BatchRowState.allCases.map { ($0.rawValue, .integer(Int64(self[$0]))) }))
    }
}

/// One row of a batch, and what became of it.
package struct BatchRowResult: Sendable, Hashable {
    /// Place among the rows of data, from 1.
    package var number: Int
    /// The line that it begins at in its table, from 1; nil where there are no lines.
    package var line: Int?
    package var name: String?
    /// By variable id; files are absolute paths.
    package var inputs: JSONObject
    package var state: BatchRowState
    package var jobID: JobID?
    /// How far its job is, 0 to 100.
    package var progress: Int?
    package var startedAt: Instant?
    package var completedAt: Instant?
    package var outputs: JSONObject?
    /// Why it failed or was refused.
    package var problem: String?

    package init(number: Int, line: Int?, name: String?, inputs: JSONObject, state: BatchRowState) {
        self.number = number
        self.line = line
        self.name = name
        self.inputs = inputs
        self.state = state
    }

    package var json: JSONValue {
        var object: JSONObject = ["row": .integer(Int64(number))]
        object["line"] = line.map { .integer(Int64($0)) }
        object["name"] = name.map { .string($0) }
        object["state"] = .string(state.rawValue)
        object["job_id"] = jobID.map { .string($0.rawValue) }
        object["inputs"] = .object(inputs)
        object["outputs"] = outputs.map { .object($0) } ?? .null
        object["started_at"] = startedAt?.json
        object["completed_at"] = completedAt?.json
        object["error_message"] = problem.map { .string($0) }
        return .object(object)
    }
}
