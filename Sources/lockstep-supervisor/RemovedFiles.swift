import Glibc

/// Files that a step has removed and holds open: they take room on the disk, and no walk through a folder meets them.
enum RemovedFiles {
    private struct Identity: Hashable {
        let device: dev_t
        let inode: ino_t
    }

    /// As many descriptors as are looked at; a step has more only when its tool file asks for it.
    private static let limit = 300_000

    /// The room that such files of these processes take, each counted once.
    static func bytes(of processes: [pid_t]) -> Int64 {
        var seen: Set<Identity> = []
        var sum: Int64 = 0
        var looks = 0
        for process in processes {
            for name in DirectoryNames.read("/proc/\(process)/fd") {
                looks += 1
                guard looks < limit else { return sum }
                var facts = stat()
                guard stat("/proc/\(process)/fd/\(name)", &facts) == 0, facts.st_nlink == 0,
                    facts.st_mode & S_IFMT == S_IFREG,
                    seen.insert(Identity(device: facts.st_dev, inode: facts.st_ino)).inserted
                else { continue }
                sum += Int64(facts.st_blocks) * 512
            }
        }
        return sum
    }
}
