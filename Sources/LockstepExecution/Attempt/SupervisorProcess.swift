internal import CLinux
internal import Foundation
internal import LockstepJSON
internal import LockstepModel

/// The supervisor of one attempt, while it runs.
final class SupervisorProcess: Sendable {
    /// Names the process for signals, whatever becomes of its number; -1 when it had already gone.
    private let descriptor: Int32

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Starts the supervisor with exactly this environment.
    ///
    /// - Parameter ended: Called once from a thread of Foundation's, when the supervisor is gone.
    /// - Throws: ``ExecutionError`` when the program cannot be started.
    static func start(
        program: String,
        folder: String,
        environment: [String: String],
        ended: @escaping @Sendable () -> Void
    ) async throws(ExecutionError) -> SupervisorProcess {
        let started = await ProcessStarts.perform { () -> Result<SupervisorProcess, ExecutionError> in
            let process = Process()
            process.executableURL = URL(fileURLWithPath: program)
            process.arguments = [folder]
            process.environment = environment
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            // Before `run`: a process that ends at once would never be noticed otherwise.
            process.terminationHandler = { process in
                ended()
                process.letGo()
            }
            do {
                try process.run()
            } catch {
                return .failure(
                    ExecutionError(
                        .sandboxUnavailable,
                        "The step's supervisor could not be started from \(program). It is installed beside `lockstep`; "
                            + "install both again.",
                        cause: String(describing: error)
                    )
                )
            }
            return .success(SupervisorProcess(descriptor: linux_pidfd_open(process.processIdentifier)))
        }
        return try started.get()
    }

    /// The supervisor of an attempt that an earlier runner started, as the attempt's lock names it.
    ///
    /// A number alone proves nothing: the process must have started in this boot at the time that the file says, and be a
    /// supervisor of this very folder. It is looked at after it was opened, so that no later owner of the number is hit.
    ///
    /// - Returns: Nil when the file names no such process.
    static func named(by layout: AttemptLayout) -> SupervisorProcess? {
        guard let bytes = SmallFile.read(layout.lock, limit: 4096), let lock = try? JSONValue(parsing: bytes),
            let boot = BootID.current, lock["boot_id"]?.stringValue == boot,
            let number = lock["pid"]?.integerValue, let process = pid_t(exactly: number), process > 1
        else { return nil }
        let descriptor = linux_pidfd_open(process)
        guard descriptor >= 0 else { return nil }
        let supervisor = SupervisorProcess(descriptor: descriptor)
        guard let facts = ProcessFacts(process), !facts.isZombie, facts.name == "lockstep-superv",
            facts.startTime == lock["start_time"]?.integerValue,
            // The project may have been reached by another path then; the job's id is unique.
            ProcessFacts.lastArgument(of: process)?.split(separator: "/").suffix(2)
                == layout.folder.split(separator: "/").suffix(2)
        else { return nil }
        return supervisor
    }

    func send(_ signal: Int32) {
        if descriptor >= 0 { _ = linux_pidfd_send_signal(descriptor, signal) }
    }
}

extension Process {
    /// To be called when it has ended, and nobody asks anything of it any more: lets it be freed.
    ///
    /// On Linux a process and the source that wakes those who wait for it hold each other. Waiting, which takes no time now, is
    /// what makes it forget that source. It is done where processes are started, because each thread that waits gets a run loop with
    /// files of its own.
    func letGo() {
        terminationHandler = nil
        ProcessStarts.later { self.waitUntilExit() }
    }
}
