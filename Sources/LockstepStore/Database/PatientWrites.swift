internal import GRDB
internal import Synchronization

/// Changes of the database that wait a moment for the next one.
final class PatientWrites: Sendable {
    /// A change, and who waits until it is durable.
    struct Entry: Sendable {
        /// May be called twice, the second time after the first was rolled back.
        let body: @Sendable (Database) throws -> Void
        let done: CheckedContinuation<Void, any Error>
    }

    /// How long one waits at most: the next row of a batch needs a few milliseconds to get ready.
    static let patience = Duration.milliseconds(20)

    private let waiting = Mutex<[Entry]>([])

    /// - Returns: Whether it is the first that waits.
    func add(_ body: @escaping @Sendable (Database) throws -> Void, _ done: CheckedContinuation<Void, any Error>)
        -> Bool
    {
        waiting.withLock { waiting in
            waiting.append(Entry(body: body, done: done))
            return waiting.count == 1
        }
    }

    /// All that wait, in their order; whoever takes them carries them out.
    func takeAll() -> [Entry] {
        waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
    }
}
