internal import Dispatch
internal import Foundation
internal import Glibc
internal import Synchronization

/// A program that a test started: with signals as a shell gives them, its output in files, and a limit on its time.
package final class RunningProgram: Sendable {
    package struct StartFailure: Error {
        package let reason: String
    }

    package let processID: Int32
    /// Whoever owns the folders must not go before the program's output was read.
    private let owner: any AnyObject & Sendable
    private let outputs: (standard: String, error: String)
    private let ending = Ending()

    /// How the program ended; apart from the program, so that the waiting thread keeps no folder from being removed.
    private final class Ending: Sendable {
        struct State {
            var status: Int32?
            var timedOut = false
        }

        let state = Mutex(State())
        let group = DispatchGroup()
    }

    /// - Parameters:
    ///   - arguments: The program's absolute path, then its arguments.
    ///   - environment: All of its environment.
    ///   - scratch: An existing folder for what it prints.
    ///   - owner: What keeps the folders.
    ///   - limit: After this many seconds it is killed.
    package init(
        _ arguments: [String],
        folder: String,
        environment: [String: String],
        scratch: String,
        owner: any AnyObject & Sendable,
        limit: Double = 240
    ) throws(StartFailure) {
        self.owner = owner
        let name = "\(scratch)/\(UInt64.random(in: 0...UInt64.max))"
        outputs = (name + ".out", name + ".err")
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, outputs.standard, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, outputs.error, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        // A process group of its own, so that a test can press Ctrl-C as a terminal does and spare itself.
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
        posix_spawnattr_setflags(&attributes, Int16(flags))
        // The shell enters the folder and then becomes the program, under the same process id.
        let enter = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", folder]
        var words: [UnsafeMutablePointer<CChar>?] = (enter + arguments).map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for pointer in words + variables { free(pointer) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, enter[0], &actions, &attributes, &words, &variables)
        guard code == 0 else { throw StartFailure(reason: "\(enter[0]): \(String(cString: strerror(code)))") }
        processID = pid
        ending.group.enter()
        Thread.detachNewThread { [pid, ending] in
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
            let signal = status & 0x7F
            let result = signal == 0 ? status >> 8 & 0xFF : 128 + signal
            ending.state.withLock { $0.status = result }
            ending.group.leave()
        }
        DispatchQueue.global().asyncAfter(deadline: .now() + limit) { [weak self] in
            guard let self, isRunning else { return }
            ending.state.withLock { $0.timedOut = true }
            send(SIGKILL)
        }
    }

    package var isRunning: Bool { ending.state.withLock { $0.status == nil } }

    /// Sends a signal to the program alone; nothing happens when it has ended.
    package func send(_ signal: Int32) {
        if isRunning { kill(processID, signal) }
    }

    /// What the program has written to standard output so far.
    package var stdoutSoFar: String { Self.text(outputs.standard) }

    /// What the program has written to standard error so far.
    package var stderrSoFar: String { Self.text(outputs.error) }

    private static func text(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }

    /// Waits for the end, without holding a thread of the cooperative pool.
    package func result() async -> CommandResult {
        await withCheckedContinuation { continuation in
            ending.group.notify(queue: .global()) { continuation.resume() }
        }
        let (status, timedOut) = ending.state.withLock { ($0.status ?? -1, $0.timedOut) }
        return CommandResult(
            status: status,
            output: Array(FileManager.default.contents(atPath: outputs.standard) ?? Data()),
            errorOutput: Array(FileManager.default.contents(atPath: outputs.error) ?? Data()),
            timedOut: timedOut
        )
    }
}
