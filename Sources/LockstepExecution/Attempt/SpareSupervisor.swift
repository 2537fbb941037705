internal import CLinux
internal import Foundation
internal import Glibc
internal import Synchronization

/// A supervisor that waits for an attempt: to start one takes a millisecond, which a step that is ready need not wait for.
///
/// It belongs to no attempt until it is told of one, and ends when its runner does without having done so.
final class SpareSupervisor: Sendable {
    /// Passes on the end of the process to whoever took it, once, whichever comes first.
    private final class End: Sendable {
        private struct State {
            var hasCome = false
            var report: (@Sendable () -> Void)?
        }

        private let state = Mutex(State())

        func come() {
            state.withLock { state in
                state.hasCome = true
                return state.report
            }?()
        }

        /// False when it has come already; `report` is not called then.
        func connect(_ report: @escaping @Sendable () -> Void) -> Bool {
            state.withLock { state in
                if !state.hasCome { state.report = report }
                return !state.hasCome
            }
        }
    }

    private let process: SupervisorProcess
    private let end: End
    /// How long an attempt folder's path may be.
    private let room: Int
    /// Leads to its standard input.
    private let input: FileHandle

    private init(process: SupervisorProcess, end: End, room: Int, input: FileHandle) {
        self.process = process
        self.end = end
        self.room = room
        self.input = input
    }

    /// Blocks for a moment; to be called where processes are started.
    ///
    /// - Parameters:
    ///   - program: Absolute path of the supervisor.
    ///   - room: How long the path of an attempt's folder may be.
    /// - Returns: Nil when there cannot be one; a supervisor of the attempt's own says why, then.
    static func start(program: String, room: Int) -> SpareSupervisor? {
        var ends: [Int32] = [-1, -1]
        // Closed in whatever else this program starts, so that it ends with this program.
        guard linux_socket_pair(&ends) == 0 else { return nil }
        let (reading, writing) = (
            FileHandle(fileDescriptor: ends[0], closeOnDealloc: true),
            FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
        )
        let end = End()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["--wait", String(repeating: "-", count: room)]
        process.environment = [:]
        process.standardInput = reading
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.terminationHandler = { process in
            end.come()
            process.letGo()
        }
        let hasStarted = (try? process.run()) != nil
        // The process would hold its end for as long as it lives, one for each attempt.
        try? reading.close()
        guard hasStarted else { return nil }
        let named = SupervisorProcess(descriptor: linux_pidfd_open(process.processIdentifier))
        return SpareSupervisor(process: named, end: end, room: room, input: writing)
    }

    /// Gives it an attempt, with exactly this environment. May block; to be called once.
    ///
    /// - Returns: Nil when it cannot have this attempt, and has nothing of it then.
    func take(
        folder: String,
        environment: [String: String],
        ended: @escaping @Sendable () -> Void
    ) -> SupervisorProcess? {
        guard folder.utf8.count <= room, end.connect(ended) else { return nil }
        let parts = [folder] + environment.map { "\($0.key)=\($0.value)" }
        var text = Array("\(parts.count)\0".utf8)
        for part in parts { text += Array(part.utf8) + [0] }
        var written = 0
        while written < text.count {
            let count = text[written...].withUnsafeBytes {
                linux_send(input.fileDescriptor, $0.baseAddress, UInt($0.count))
            }
            if count < 0 && errno == EINTR { continue }
            // It has died: `ended` says so, as of one that dies a moment later.
            guard count > 0 else { break }
            written += count
        }
        try? input.close()
        return process
    }
}
