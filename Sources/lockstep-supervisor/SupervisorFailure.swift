import Glibc

/// The step could not be started; nothing of the tool ran.
struct SupervisorFailure: Error {
    /// For a person; says what to do next.
    let message: String

    init(_ message: String) {
        self.message = message
    }

    /// Names the system call's own reason after what was tried.
    init(_ attempt: String, code: Int32) {
        message = "\(attempt): \(String(cString: strerror(code)))"
    }
}

func printToStandardError(_ text: String) {
    _ = Array("\(text)\n".utf8).withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
