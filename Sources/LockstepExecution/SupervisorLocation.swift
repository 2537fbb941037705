internal import Glibc
internal import LockstepModel

/// Finds the supervisor, which is installed beside the program that runs.
package enum SupervisorLocation {
    package static let name = "lockstep-supervisor"

    /// Absolute path of the supervisor in the folder of the running executable, links resolved.
    package static func besideExecutable() throws(ExecutionError) -> String {
        guard let executable = SymbolicLink.target(of: "/proc/self/exe") else {
            throw ExecutionError(
                .sandboxUnavailable,
                "This program cannot find its own place because /proc is not mounted; mount it.",
                cause: String(cString: strerror(errno))
            )
        }
        let folder = executable.lastIndex(of: "/").map { executable[..<$0] } ?? ""
        return try inFolder(String(folder))
    }

    static func inFolder(_ folder: String) throws(ExecutionError) -> String {
        let path = "\(folder)/\(name)"
        guard access(path, X_OK) == 0 else {
            throw ExecutionError(
                .sandboxUnavailable,
                "\(name) is not installed beside this program, where \(path) is expected. Install both programs again.",
                cause: String(cString: strerror(errno))
            )
        }
        return path
    }
}
