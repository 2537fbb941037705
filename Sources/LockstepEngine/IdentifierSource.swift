internal import Foundation
package import LockstepModel
internal import Synchronization

/// Makes identifiers that sort in the order they were made, also within one millisecond and within one process.
package final class IdentifierSource: Sendable {
    private let last = Mutex<ULID?>(nil)
    private let now: @Sendable () -> Instant

    package init(now: @escaping @Sendable () -> Instant) {
        self.now = now
    }

    package func next<Noun: IdentifierNoun>() -> Identifier<Noun> {
        last.withLock { last in
            var generator = SystemRandomNumberGenerator()
            let ulid = ULID(at: now(), after: last, using: &generator)
            last = ulid
            return Identifier(ulid)
        }
    }
}

extension Instant {
    /// The wall clock, in UTC.
    package static func now() -> Instant {
        Instant(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)))
    }
}
