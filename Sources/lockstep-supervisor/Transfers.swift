import Glibc

/// What the processes of a step read and wrote, as the kernel counts it for each of them (proc(5), `/proc/<pid>/io`).
///
/// A process that has ended hands its counts to the one that waits for it, and so up to those that this program waits for.
struct Transfers {
    /// What went through read(2), write(2) and their like, pipes and caches included; mapped files are not.
    private(set) var read: Int64 = 0
    private(set) var written: Int64 = 0
    /// What had to be got from a disk, and what was to be written there.
    private(set) var storageRead: Int64 = 0
    private(set) var storageWritten: Int64 = 0

    /// Adds those of a child that has ended and has not been waited for.
    mutating func add(_ process: pid_t) {
        guard let bytes = try? readFile("/proc/\(process)/io") else { return }
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 2, let count = Int64(words[1]) else { continue }
            switch words[0] {
            case "rchar:": read += count
            case "wchar:": written += count
            case "read_bytes:": storageRead += count
            case "write_bytes:": storageWritten += count
            default: continue
            }
        }
    }
}
