import CLinux
import Glibc
import LockstepMasking

/// What is done with a step's secrets outside its sandbox: they are looked for in everything that the tool says.
enum StepSecrets {
    /// As much of the tool's events as the runner reads.
    private static let eventsLimit = 1 << 20

    /// - Parameter names: Of environment variables; this process's environment is the step's own.
    /// - Returns: Nil when the step has no secrets.
    /// - Throws: When a value is missing: what cannot be masked must not run.
    static func patterns(of names: [String]) throws(SupervisorFailure) -> SecretPatterns? {
        guard !names.isEmpty else { return nil }
        var values: [[UInt8]] = []
        for name in names {
            guard let value = getenv(name) else {
                throw SupervisorFailure("the secret \(name) is not in the step's environment")
            }
            values.append(Array(UnsafeRawBufferPointer(start: value, count: strlen(value))))
        }
        guard let patterns = SecretPatterns(values) else {
            throw SupervisorFailure("the secrets \(names.joined(separator: ", ")) are too short to be masked")
        }
        return patterns
    }

    /// Masks the tool's events where they are, when every process of the step is dead.
    ///
    /// The tool writes that file itself, so a secret can stand in it while the step runs; whoever reads it meanwhile masks it.
    static func maskEvents(in folder: Int32, with patterns: SecretPatterns) {
        let file = linux_openat(folder, "events.jsonl", O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0)
        guard file >= 0 else { return }
        defer { close(file) }
        ftruncate(file, min(lseek(file, 0, SEEK_END), off_t(eventsLimit)))
        var bytes = [UInt8](repeating: 0, count: eventsLimit)
        var count = 0
        while count < bytes.count {
            let piece = bytes.withUnsafeMutableBytes {
                pread(file, $0.baseAddress?.advanced(by: count), $0.count - count, off_t(count))
            }
            guard piece > 0 else { break }
            count += piece
        }
        guard let masked = patterns.masked(bytes[..<count]) else { return }
        // Emptied first: what is half written must not end in the rest of what was there.
        ftruncate(file, 0)
        lseek(file, 0, SEEK_SET)
        _ = masked.withUnsafeBytes { writeAll($0, to: file) }
    }
}
