internal import CLinux
internal import Glibc

extension AttemptFolder {
    /// Puts every input where it would be in the sandbox, below the attempt's own folder.
    ///
    /// Copies, not links: nothing would keep a tool from changing through a link what the asset store must keep as it is.
    func copyInputs(_ inputs: [StepInputFile]) throws(ExecutionError) {
        for input in inputs {
            let path = layout.folder + input.path
            try makeFolders(above: path)
            switch input.content {
            case .bytes(let bytes): try writeFile(path, bytes, mode: 0o444)
            case .host(let source): try copy(source, to: path)
            }
        }
    }

    private func makeFolders(above path: String) throws(ExecutionError) {
        var folder = layout.folder
        for part in path.dropFirst(layout.folder.count).split(separator: "/").dropLast() {
            folder += "/\(part)"
            try makeFolder(folder, mode: 0o755)
        }
    }

    /// The kernel copies, and shares the blocks where the file system can.
    private func copy(_ source: String, to path: String) throws(ExecutionError) {
        let from = open(source, O_RDONLY | O_CLOEXEC)
        guard from >= 0 else { throw .storage("open \(source)", code: errno) }
        defer { close(from) }
        let to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o444)
        guard to >= 0 else { throw .storage("make \(path)", code: errno) }
        defer { close(to) }
        var isOneFileSystem = true
        var buffer = [UInt8]()
        while true {
            var count = isOneFileSystem ? linux_copy_file_range(from, to, 1 << 30) : 0
            if count < 0, [EXDEV, EINVAL, ENOSYS, EOPNOTSUPP].contains(errno) { isOneFileSystem = false }
            if !isOneFileSystem {
                if buffer.isEmpty { buffer = [UInt8](repeating: 0, count: 1 << 20) }
                count = read(from, &buffer, buffer.count)
                if count > 0 { count = write(to, buffer, count) == count ? count : -1 }
            }
            if count == 0 { return }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .storage("write \(path)", code: errno) }
        }
    }
}
