package import LockstepJSON
package import LockstepModel

/// One thing that is wrong with the event log.
package struct LogFinding: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A row's columns are not those that its hash, or the row after it, vouches for.
        case edited
        /// Rows that the chain needs are gone.
        case deleted
        /// A row stands at another place than the chain gives it.
        case reordered
        /// A row is there that the chain knows nothing of.
        case inserted
        /// The log, replayed, gives a job another state than its row has.
        case stateDiffers = "state_differs"
        /// The database no longer refuses changes of the log.
        case unprotected
    }

    package let kind: Kind
    /// The row's sequence as it is stored now, or the missing one; nil when no one row is meant.
    package let sequence: Int64?
    package let jobID: JobID?
    /// What is wrong, as a sentence.
    package let message: String

    package var json: JSONValue {
        [
            "kind": .string(kind.rawValue), "sequence": sequence.map { .integer($0) } ?? .null,
            "job_id": jobID.map { .string($0.rawValue) } ?? .null, "message": .string(message),
        ]
    }
}

/// What a check of the whole event log found.
package struct LogReport: Sendable {
    /// At most this many findings are kept; more are only counted.
    package static let limit = 1000

    package private(set) var findings: [LogFinding] = []
    package private(set) var findingCount = 0
    package internal(set) var eventCount: Int64 = 0
    package internal(set) var jobCount: Int64 = 0

    /// Whether nothing is wrong.
    package var isSound: Bool { findingCount == 0 }

    mutating func add(_ finding: LogFinding) {
        guard !findings.contains(finding) else { return }
        findingCount += 1
        if findings.count < Self.limit { findings.append(finding) }
    }
}
