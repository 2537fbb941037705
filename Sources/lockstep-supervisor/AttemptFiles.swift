import CLinux
import Glibc

/// Reads a whole small file; the result is at most 64 MiB.
func readFile(_ name: String, in folder: Int32 = AT_FDCWD) throws(SupervisorFailure) -> [UInt8] {
    let file = linux_openat(folder, name, O_RDONLY | O_CLOEXEC, 0)
    guard file >= 0 else { throw SupervisorFailure("\(name) cannot be opened", code: errno) }
    defer { close(file) }
    var bytes: [UInt8] = []
    // Small, because the files of /proc are, and clearing more memory takes longer than a second read.
    var buffer = [UInt8](repeating: 0, count: 1 << 13)
    while bytes.count < 64 << 20 {
        let count = read(file, &buffer, buffer.count)
        guard count >= 0 else { throw SupervisorFailure("\(name) cannot be read", code: errno) }
        if count == 0 { break }
        bytes += buffer[..<count]
    }
    return bytes
}

/// Writes all bytes; false when the disk refuses, with the reason in `errno`.
func writeAll(_ bytes: UnsafeRawBufferPointer, to file: Int32) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
        let count = write(file, rest.baseAddress, rest.count)
        if count < 0 {
            if errno == EINTR { continue }
            return false
        }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
    return true
}

/// The file whose lock is held while the supervisor lives; the next runner finds it held and adopts the attempt.
struct AttemptLock {
    private let file: Int32

    /// Takes the lock, or says that another supervisor has it.
    init(folder: Int32) throws(SupervisorFailure) {
        file = linux_openat(folder, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard file >= 0 else { throw SupervisorFailure("the attempt's lock cannot be made", code: errno) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            throw SupervisorFailure("another supervisor holds this attempt's lock")
        }
        ftruncate(file, 0)
    }

    /// Replaces what the file says in one call, so that a reader never finds it empty, whenever this process is killed.
    ///
    /// - Parameter text: Not shorter than the last one.
    func write(_ text: String) {
        _ = Array(text.utf8).withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, 0) }
    }
}
