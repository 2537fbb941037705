import CLinux
import Glibc

/// Makes host paths reachable for a user who could not enter the folders above them, such as root's home.
///
/// A private mount namespace gets a small file system on a folder that anyone may enter, and each path is bound below it.
/// All of it goes away with the step's last process.
struct Staging {
    private let drop: LaunchOrder.Drop

    init(_ drop: LaunchOrder.Drop) {
        self.drop = drop
    }

    /// Enters the namespace and binds everything; the caller is root.
    func build() throws(SupervisorFailure) {
        guard unshare(Int32(LINUX_CLONE_NEWNS)) == 0 else {
            throw SupervisorFailure("root may not make a mount namespace here, which the sandbox needs", code: errno)
        }
        guard mount("none", "/", nil, UInt(LINUX_MS_REC | LINUX_MS_PRIVATE), nil) == 0 else {
            throw SupervisorFailure("the step's mounts cannot be made private", code: errno)
        }
        raiseDescriptorLimit()
        // Opened before the staging folder is covered: the project itself may be below it.
        var sources: [Int32] = []
        defer { for source in sources { close(source) } }
        for bind in drop.binds {
            let source = open(bind.source, Int32(LINUX_O_PATH) | O_CLOEXEC)
            guard source >= 0 else { throw SupervisorFailure("\(bind.source) cannot be opened", code: errno) }
            sources.append(source)
        }
        guard mount("tmpfs", drop.staging, "tmpfs", UInt(LINUX_MS_NOSUID | LINUX_MS_NODEV), "mode=0755,size=1m") == 0
        else {
            throw SupervisorFailure("a small file system cannot be mounted on \(drop.staging)", code: errno)
        }
        for (bind, source) in zip(drop.binds, sources) { try show(bind, source: source) }
        removeUnneeded()
    }

    /// Takes mounts out of this namespace: for each one that bubblewrap makes, it reads the list of all that are there.
    private func removeUnneeded() {
        for place in drop.unneeded {
            // One may be on top of another.
            var layers = 4
            while layers > 0, umount2(place, Int32(LINUX_MNT_DETACH)) == 0 { layers -= 1 }
        }
    }

    private func show(_ bind: LaunchOrder.Bind, source: Int32) throws(SupervisorFailure) {
        var facts = stat()
        guard fstat(source, &facts) == 0 else {
            throw SupervisorFailure("\(bind.source) cannot be looked at", code: errno)
        }
        if bind.isWritable, fchownat(source, "", drop.uid, drop.gid, Int32(LINUX_AT_EMPTY_PATH)) != 0 {
            throw SupervisorFailure("\(bind.source) cannot be given to the sandbox's user", code: errno)
        }
        let target = "\(drop.staging)/\(bind.name)"
        if facts.st_mode & S_IFMT == S_IFDIR {
            mkdir(target, 0o755)
        } else {
            close(open(target, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644))
        }
        guard mount("/proc/self/fd/\(source)", target, nil, UInt(LINUX_MS_BIND | LINUX_MS_REC), nil) == 0 else {
            throw SupervisorFailure("\(bind.source) cannot be shown to the sandbox", code: errno)
        }
    }

    /// One descriptor an input is open at a time; the tool's own limit is set later, inside the sandbox.
    private func raiseDescriptorLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// Runs a piece of work as the sandbox's user and takes root back afterwards.
    ///
    /// The saved user stays root, so the logs and the exit record need no rights for the sandbox's user; a program that is
    /// started inside has nothing of it, because `execve` copies the effective user over the saved one.
    func asSandboxUser<Result>(_ work: () throws(SupervisorFailure) -> Result) throws(SupervisorFailure) -> Result {
        guard setgroups(0, nil) == 0, setresgid(drop.gid, drop.gid, 0) == 0, setresuid(drop.uid, drop.uid, 0) == 0
        else { throw SupervisorFailure("the user cannot be changed to \(drop.uid)", code: errno) }
        defer {
            setresuid(0, 0, 0)
            setresgid(0, 0, 0)
        }
        return try work()
    }
}
