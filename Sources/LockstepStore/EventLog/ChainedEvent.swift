internal import Crypto
internal import GRDB
internal import GRDBSQLite
internal import LockstepJSON
internal import LockstepModel

/// A row of `events` as it is stored, before anything in it is believed.
struct ChainedEvent: Sendable, Hashable {
    var sequence: Int64
    var at: Int64
    var jobID: String
    var tenantID: String
    var fromState: String?
    var toState: String?
    var type: String
    var actor: String
    var reason: String?
    /// The text of the column, not the value.
    var data: String
    var previousHash: String
    var hash: String

    /// The columns in the order in which ``init(_:)`` reads them.
    static let columns = """
        sequence, at, job_id, tenant_id, from_state, to_state, event_type, actor, reason, data, previous_hash, hash
        """

    /// Reads a row of ``columns``; what no sound database holds becomes zero or empty, and the hash tells.
    init(_ row: Row) {
        sequence = row[0] as Int64? ?? 0
        at = row[1] as Int64? ?? 0
        jobID = row[2] as String? ?? ""
        tenantID = row[3] as String? ?? ""
        fromState = row[4]
        toState = row[5]
        type = row[6] as String? ?? ""
        actor = row[7] as String? ?? ""
        reason = row[8]
        data = row[9] as String? ?? ""
        previousHash = row[10] as String? ?? ""
        hash = row[11] as String? ?? ""
    }

    /// The row that an event becomes; ``hash`` is what it must be.
    init(_ event: Event, sequence: Int64, after previous: String) {
        self.sequence = sequence
        at = event.at.milliseconds
        jobID = event.jobID.rawValue
        tenantID = event.tenantID
        fromState = event.fromState?.rawValue
        toState = event.toState?.rawValue
        type = event.type
        actor = event.actor
        reason = event.reason
        data = event.data.column
        previousHash = previous
        hash = ""
        var hasher = EventHasher()
        hash = HexDigest.text(hasher.digest(of: self, as: sequence))
    }
}

/// The row of ``ChainedEvent/columns`` that a statement stands at, read where SQLite has it.
///
/// A log has millions of rows, and almost all of them are right: texts are made of those only that are of interest.
struct StoredEvent {
    /// Valid until the statement goes on.
    let statement: OpaquePointer

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

    /// The bytes of a text, valid until the statement goes on; nil for a null.
    func text(_ column: Int32) -> UnsafeBufferPointer<UInt8>? {
        guard let start = sqlite3_column_text(statement, column) else { return nil }
        return UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
    }

    func string(_ column: Int32) -> String? { text(column).map { String(decoding: $0, as: UTF8.self) } }

    var sequence: Int64 { integer(0) }

    /// Nil for the many events that change no state.
    var stateChange: StateReplay.Change? {
        let to = string(5)
        guard to != nil || text(6)?.elementsEqual(StateReplay.deletion.utf8) == true else { return nil }
        return StateReplay.Change(
            sequence: sequence,
            jobID: string(2) ?? "",
            from: string(4),
            to: to,
            type: string(6) ?? ""
        )
    }
}

/// Computes the hash of an event, reusing its memory from one to the next.
///
/// The hash is the SHA-256 of: the previous hash as its 64 digits; the sequence and the time, 8 bytes each; then `job_id`,
/// `tenant_id`, `from_state`, `to_state`, `event_type`, `actor`, `reason` and `data`, each as the number of its UTF-8 bytes
/// in 4 bytes and those bytes. A null is the number 2³² − 1 alone. Numbers have their highest byte first.
struct EventHasher {
    private var bytes: [UInt8] = []

    /// - Parameter sequence: The place in the log that the hash must vouch for.
    mutating func digest(of event: ChainedEvent, as sequence: Int64) -> SHA256.Digest {
        bytes.removeAll(keepingCapacity: true)
        bytes.append(contentsOf: event.previousHash.utf8)
        append(UInt64(bitPattern: sequence))
        append(UInt64(bitPattern: event.at))
        append(event.jobID)
        append(event.tenantID)
        append(event.fromState)
        append(event.toState)
        append(event.type)
        append(event.actor)
        append(event.reason)
        append(event.data)
        return bytes.withUnsafeBytes { bytes in
            var hash = SHA256()
            hash.update(bufferPointer: bytes)
            return hash.finalize()
        }
    }

    /// Whether the stored hash is that of the row's columns at this place in the log.
    mutating func vouches(for event: ChainedEvent, as sequence: Int64) -> Bool {
        let digest = digest(of: event, as: sequence)
        var stored = event.hash
        return stored.withUTF8 { Self.isHash($0, digest) }
    }

    /// The same for a row where SQLite has it, without a copy of anything.
    mutating func vouches(for row: StoredEvent, as sequence: Int64) -> Bool {
        guard let stored = row.text(11), let previous = row.text(10) else { return false }
        bytes.removeAll(keepingCapacity: true)
        bytes.append(contentsOf: previous)
        append(UInt64(bitPattern: sequence))
        append(UInt64(bitPattern: row.integer(1)))
        for column in 2...9 as ClosedRange<Int32> {
            let text = row.text(column)
            append(UInt32(truncatingIfNeeded: text?.count ?? -1))
            if let text { bytes.append(contentsOf: text) }
        }
        return Self.isHash(stored, SHA256.hash(data: bytes))
    }

    private static func isHash(_ digits: UnsafeBufferPointer<UInt8>, _ digest: SHA256.Digest) -> Bool {
        guard digits.count == 64 else { return false }
        return digest.withUnsafeBytes { bytes in
            var index = 0
            for byte in bytes {
                guard digits[index] == digit(byte >> 4), digits[index + 1] == digit(byte & 15) else { return false }
                index += 2
            }
            return true
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }

    private mutating func append(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }

    private mutating func append(_ text: String?) {
        append(text.map { UInt32(truncatingIfNeeded: $0.utf8.count) } ?? .max)
        if let text { bytes.append(contentsOf: text.utf8) }
    }
}
