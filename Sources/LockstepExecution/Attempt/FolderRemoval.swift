internal import CLinux
internal import Glibc

/// Deletes a folder that a tool may have filled with anything: folders without permissions, trees of any depth.
///
/// Goes down and up with one open descriptor, so the depth costs only names; never follows a link. No process of the step
/// may live, because the way up is `..`.
struct FolderRemoval {
    /// Removes what a path names, folder or file.
    ///
    /// - Throws: `STORAGE_ERROR` when something stays.
    static func remove(_ path: String) throws(ExecutionError) {
        if Glibc.unlink(path) == 0 || errno == ENOENT { return }
        chmodIfFolder(AT_FDCWD, Array(path.utf8))
        let top = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard top >= 0 else { throw .storage("remove \(path)", code: errno) }
        var current = OpenFolder(adopting: top)
        var names: [[UInt8]] = []
        while true {
            if let child = try emptied(current, path: path) {
                chmodIfFolder(current.descriptor, child)
                guard let folder = current.folder(child) else { throw .storage("remove \(path)", code: errno) }
                current = folder
                names.append(child)
            } else if let name = names.popLast() {
                guard let parent = parent(of: current) else { throw .storage("remove \(path)", code: errno) }
                current = parent
                guard unlink(name, in: current, AT_REMOVEDIR) else { throw .storage("remove \(path)", code: errno) }
            } else {
                guard rmdir(path) == 0 || errno == ENOENT else { throw .storage("remove \(path)", code: errno) }
                return
            }
        }
    }

    /// Unlinks what is no folder until one is met, which is returned; nil when nothing is left.
    private static func emptied(_ folder: OpenFolder, path: String) throws(ExecutionError) -> [UInt8]? {
        while true {
            let names = folder.names(limit: 1000)
            if names.isEmpty { return nil }
            for name in names {
                if unlink(name, in: folder, 0) { continue }
                let code = errno
                guard code == EISDIR || code == EPERM else { throw .storage("remove \(path)", code: code) }
                if unlink(name, in: folder, AT_REMOVEDIR) { continue }
                return name
            }
        }
    }

    private static func unlink(_ name: [UInt8], in folder: OpenFolder, _ flags: Int32) -> Bool {
        OpenFolder.withPath(name) { unlinkat(folder.descriptor, $0, flags) } == 0
    }

    private static func parent(of folder: OpenFolder) -> OpenFolder? {
        let parent = linux_openat(folder.descriptor, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        return parent >= 0 ? OpenFolder(adopting: parent) : nil
    }

    /// A folder without permissions can neither be read nor emptied, not even by its owner.
    private static func chmodIfFolder(_ folder: Int32, _ name: [UInt8]) {
        OpenFolder.withPath(name) { name in
            var facts = stat()
            guard fstatat(folder, name, &facts, AT_SYMLINK_NOFOLLOW) == 0, facts.st_mode & S_IFMT == S_IFDIR,
                facts.st_mode & 0o700 != 0o700
            else { return }
            _ = fchmodat(folder, name, 0o700, 0)
        }
    }
}

extension AttemptFolder {
    /// Removes an attempt folder with all that is in it.
    package static func remove(attemptFolder: String) throws(ExecutionError) {
        try FolderRemoval.remove(attemptFolder)
    }
}
