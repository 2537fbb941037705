internal import Crypto
internal import GRDB
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
        return stored.withUTF8 { digits in
            guard digits.count == 64 else { return false }
            return digest.withUnsafeBytes { bytes in
                var index = 0
                for byte in bytes {
                    guard digits[index] == Self.digit(byte >> 4), digits[index + 1] == Self.digit(byte & 15) else {
                        return false
                    }
                    index += 2
                }
                return true
            }
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }

    private mutating func append(_ number: UInt64) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }

    private mutating func append(_ text: String?) {
        let count = text.map { UInt32(truncatingIfNeeded: $0.utf8.count) } ?? .max
        withUnsafeBytes(of: count.bigEndian) { bytes.append(contentsOf: $0) }
        if let text { bytes.append(contentsOf: text.utf8) }
    }
}
