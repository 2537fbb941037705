package import LockstepJSON
package import LockstepModel

/// A schedule as the database keeps it: its definition, whose it is, and how far it has come.
package struct StoredSchedule: Sendable, Hashable {
    /// Where its definition stands.
    package enum Origin: String, Sendable, Hashable, CaseIterable {
        /// In the file of its workflow.
        case file
        /// Here only: somebody has added it.
        case command
    }

    package var id: ScheduleID
    package var tenantID: String
    package var workflowID: WorkflowID
    /// As a workflow file has it; text of a version of the program that may be older.
    package var definition: JSONValue
    package var origin: Origin
    /// Whose jobs its jobs are.
    package var createdBy: String
    package var createdAt: Instant
    /// When the definition came into force.
    package var changedAt: Instant
    /// Grows by one whenever somebody changes it; not when an occurrence is decided.
    package var revision: Int64
    /// The last nominal time that was decided, or when it came into force; nothing up to it is looked at.
    package var cursor: Instant
    /// When an occurrence is to be decided; nil when there is none any more.
    package var nextDue: Instant?
    package var pauses: [SchedulePause]
    /// When it was removed.
    package var endedAt: Instant?
    /// What kept the last occurrences from firing, or the definition from being read; nil when all is well.
    package var problem: String?

    package init(
        id: ScheduleID,
        tenantID: String,
        workflowID: WorkflowID,
        definition: JSONValue,
        origin: Origin,
        createdBy: String,
        at now: Instant
    ) {
        self.id = id
        self.tenantID = tenantID
        self.workflowID = workflowID
        self.definition = definition
        self.origin = origin
        self.createdBy = createdBy
        createdAt = now
        changedAt = now
        revision = 1
        cursor = now
        nextDue = nil
        pauses = []
    }

    /// SHA-256 of everything that the definition says; two schedules of one digest fire alike.
    package var digest: String {
        HexDigest.sha256(
            JSONWriter.bytes(["workflow_id": .string(workflowID.rawValue), "is": definition], style: .canonical)
        )
    }

    /// The pause that lasts.
    package var pause: SchedulePause? { pauses.last.flatMap { $0.to == nil ? $0 : nil } }
}
