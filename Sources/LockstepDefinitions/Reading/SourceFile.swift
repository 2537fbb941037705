internal import Glibc

/// Reads definition files: regular files of at most 1 MiB, without ever waiting for one that is something else.
package enum SourceFile {
    package static let maximumSize = 1 << 20

    package enum Failure: Error, Sendable, Hashable {
        case missing
        /// For a person, without the file's name.
        case unreadable(String)
    }

    package static func read(_ path: String) throws(Failure) -> [UInt8] {
        // O_NONBLOCK: opening a FIFO must not wait for a writer.
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .unreadable("this is \(kind(status.st_mode)), not a file; a definition is a regular file")
        }
        var bytes: [UInt8] = []
        let wanted = maximumSize + 1
        while bytes.count < wanted {
            let old = bytes.count
            let room = min(wanted - old, max(4096, Int(status.st_size) - old + 1))
            bytes.append(contentsOf: repeatElement(0, count: room))
            let count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress?.advanced(by: old), room) }
            if count < 0, errno == EINTR {
                bytes.removeLast(room)
                continue
            }
            guard count >= 0 else { throw failure(errno) }
            bytes.removeLast(room - count)
            if count == 0 { return bytes }
        }
        throw .unreadable("the file is larger than 1 MiB, which is more than a definition may be")
    }

    /// Whether something of this name is there, whatever it is.
    package static func exists(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0
    }

    package static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether this is a regular file that its owner, or anybody, may execute.
    package static func isExecutable(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_mode & 0o111 != 0
    }

    /// The absolute path without links, nil when there is none.
    package static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// The names in a folder, sorted, without hidden ones; empty when it cannot be read.
    package static func names(in folder: String) -> [String] { (try? listing(of: folder)) ?? [] }

    /// The names in a folder, sorted, without hidden ones.
    ///
    /// - Throws: ``Failure/missing`` only when there is nothing of this name: what is there and cannot be read is not gone.
    package static func listing(of folder: String) throws(Failure) -> [String] {
        guard let stream = opendir(folder) else { throw folderFailure(errno) }
        defer { closedir(stream) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw folderFailure(errno) }
        return names.sorted()
    }

    private static func folderFailure(_ code: Int32) -> Failure {
        code == ENOENT ? .missing : .unreadable("the folder cannot be read: \(String(cString: strerror(code)))")
    }

    private static func failure(_ code: Int32) -> Failure {
        switch code {
        case ENOENT, ENOTDIR: .missing
        case EACCES, EPERM: .unreadable("the file cannot be read: permission denied; check its mode with `ls -l`")
        case ELOOP: .unreadable("the file cannot be read: its links go in a circle")
        default: .unreadable("the file cannot be read: \(String(cString: strerror(code)))")
        }
    }

    private static func kind(_ mode: mode_t) -> String {
        switch mode & S_IFMT {
        case S_IFDIR: "a folder"
        case S_IFIFO: "a named pipe"
        case S_IFSOCK: "a socket"
        default: "a device"
        }
    }
}
