internal import Foundation
internal import LockstepModel

/// Starts this program again as a process of its own, which goes on when the caller ends.
package enum DetachedProcess {
    /// - Parameters:
    ///   - arguments: Arguments of this program.
    ///   - log: Absolute path of the file that gets what it prints; made when it is not there.
    /// - Throws: `SANDBOX_UNAVAILABLE` when the process cannot be started, `STORAGE_ERROR` when the log cannot be made.
    package static func start(arguments: [String], log: String) async throws(ExecutionError) {
        guard FileManager.default.fileExists(atPath: log) || FileManager.default.createFile(atPath: log, contents: nil),
            let output = FileHandle(forWritingAtPath: log)
        else { throw ExecutionError(.storageError, "The log \(log) cannot be made. Check who owns the state folder.") }
        defer { try? output.close() }
        let failure = await ProcessStarts.perform { () -> String? in
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            process.arguments = arguments
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = output
            process.standardError = output
            do {
                try process.run()
                return nil
            } catch {
                return "\(error)"
            }
        }
        guard let failure else { return }
        throw ExecutionError(
            .sandboxUnavailable,
            "The process that would run the job cannot be started. Run it without --detach.",
            cause: failure
        )
    }
}
