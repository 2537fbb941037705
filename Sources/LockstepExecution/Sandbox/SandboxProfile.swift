package import LockstepModel

/// Everything that bubblewrap and the supervisor are told about one attempt: a pure function of invocation and machine.
///
/// The order of the options matters: a mount point must be made before the file system below it becomes read-only, and a
/// mount on a folder hides what was mounted below it before.
package struct SandboxProfile: Sendable, Hashable {
    /// A host path that a root runner's supervisor makes reachable for the unprivileged user.
    package struct Bind: Sendable, Hashable {
        package var source: String
        package var name: String
        package var isWritable: Bool
    }

    /// Bubblewrap's options without the command.
    package private(set) var options: [String] = []
    /// What runs inside: the tool, behind the programs that it needs for a start.
    package let command: [String]
    /// The limits that the supervisor sets from outside; nil when `prlimit` does it inside.
    package let outerLimits: ResourceLimits?
    /// The whole environment of the step; bubblewrap is started with exactly this.
    package let environment: [String: String]
    /// A small file that is made anew in each sandbox.
    package enum File: Sendable, Hashable {
        case content(String)
        /// As the file of this path on the host has it.
        case copy(of: String)
    }

    /// Bubblewrap reads them from descriptors 6, 7, and so on.
    package private(set) var files: [File] = []
    /// Empty when the runner is not root.
    package private(set) var binds: [Bind] = []

    /// Covered by a small file system in the supervisor's own mount namespace when the runner is root.
    package static let stagingFolder = "/tmp"
    /// Numbers that the supervisor gives to the descriptors it passes to bubblewrap.
    private static let statusDescriptor = 3
    private static let releaseDescriptor = 5
    private static let firstFileDescriptor = 6

    private let host: SandboxHost
    private let shape: SandboxShape

    /// - Parameter stagedInputs: Host path of each of the invocation's inputs, in the same order.
    package init(
        _ invocation: StepInvocation,
        host: SandboxHost,
        shape: SandboxShape = .full,
        stagedInputs: [String]
    ) {
        self.host = host
        self.shape = shape
        let limits = invocation.limits
        let areOuter = invocation.stdin == nil && Self.letBubblewrapWork(limits)
        outerLimits = areOuter ? limits : nil
        command = Self.redirection(invocation) + (areOuter ? [] : Self.prlimit(limits)) + invocation.command
        let all = StepEnvironment.of(invocation)
        environment = all.filter { !StepEnvironment.changesLoader($0.key) }

        addNamespaces(network: invocation.sandbox.network || shape.leftOut.contains(.network))
        addRoot()
        addEtc(network: invocation.sandbox.network)
        addKernelFileSystems(devices: invocation.sandbox.devices, size: limits.workSize)
        addStep(invocation, stagedInputs: stagedInputs)
        for (name, value) in all.sorted(by: { $0.key < $1.key }) where StepEnvironment.changesLoader(name) {
            options += ["--setenv", name, value]
        }
        options += ["--remount-ro", "/", "--chdir", "/step"]
        // Behind the generated files: the filter is the next descriptor.
        if shape.filtersSystemCalls { options += ["--seccomp", "\(Self.firstFileDescriptor + files.count)"] }
    }

    /// Opens standard input inside the sandbox, where the file is read-only.
    ///
    /// A descriptor that was opened outside leads to the file on the host: its owner, whom a step of an ordinary user's runner is,
    /// could make it writable through it (fchmod(2)), although no path leads there.
    private static func redirection(_ invocation: StepInvocation) -> [String] {
        invocation.stdin == nil ? [] : ["/bin/sh", "-c", "exec \"$@\" < \(StepEnvironment.stdinPath)", "sh"]
    }

    /// Whether bubblewrap can make the sandbox while the step's limits are in force for it.
    ///
    /// It opens a few files, writes some of a few hundred bytes, and needs a process besides the tool's.
    private static func letBubblewrapWork(_ limits: ResourceLimits) -> Bool {
        limits.processes >= 8 && limits.openFiles >= 64 && limits.fileSize >= .mebibytes(1)
    }

    /// The start of a command that sets the limits for itself and becomes what follows.
    private static func prlimit(_ limits: ResourceLimits) -> [String] {
        [
            "/usr/bin/prlimit", "--nproc=\(limits.processes):\(limits.processes)",
            "--nofile=\(limits.openFiles):\(limits.openFiles)",
            "--fsize=\(limits.fileSize.bytes):\(limits.fileSize.bytes)", "--core=0:0", "--",
        ]
    }

    private mutating func addNamespaces(network: Bool) {
        options += ["--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
        if !network { options.append("--unshare-net") }
        if !shape.leftOut.contains(.noNestedNamespaces) { options.append("--disable-userns") }
        options += [
            "--uid", "1000", "--gid", "1000", "--hostname", "lockstep", "--cap-drop", "ALL",
            "--die-with-parent", "--new-session", "--json-status-fd", "\(Self.statusDescriptor)",
            "--block-fd", "\(Self.releaseDescriptor)",
        ]
    }

    private mutating func addRoot() {
        options += ["--perms", "0755", "--size", "2097152", "--tmpfs", "/", "--ro-bind", "/usr", "/usr"]
        for (name, entry) in host.rootEntries.sorted(by: { $0.key < $1.key }) {
            switch entry {
            case .link(let target): options += ["--symlink", target, "/\(name)"]
            case .folder: options += ["--ro-bind-try", "/\(name)", "/\(name)"]
            }
        }
    }

    /// What of `/etc` a step sees, as far as it is there.
    static let etcNames = [
        "alternatives", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "ssl", "ca-certificates", "ca-certificates.conf",
        "localtime", "nsswitch.conf", "services", "protocols", "fonts", "ImageMagick-6", "ImageMagick-7",
    ]

    private mutating func addEtc(network: Bool) {
        for name in Self.etcNames + (network ? ["resolv.conf", "hosts"] : []) {
            if host.smallFiles.contains(name) {
                addFile("/etc/\(name)", .copy(of: "/etc/\(name)"))
            } else {
                options += ["--ro-bind-try", "/etc/\(name)", "/etc/\(name)"]
            }
        }
        addFile(
            "/etc/passwd",
            .content(
                "root:x:0:0:root:/root:/usr/sbin/nologin\nstep:x:1000:1000:step:/step:/bin/sh\n"
                    + "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"
            )
        )
        addFile("/etc/group", .content("root:x:0:\nstep:x:1000:\nnogroup:x:65534:\n"))
        if !network { addFile("/etc/hosts", .content("127.0.0.1 localhost lockstep\n::1 localhost\n")) }
    }

    private mutating func addFile(_ path: String, _ file: File) {
        options += ["--perms", "0444", "--file", "\(Self.firstFileDescriptor + files.count)", path]
        files.append(file)
    }

    private mutating func addKernelFileSystems(devices: [String], size: ByteCount) {
        options +=
            shape.leftOut.contains(.ownProcesses)
            ? ["--ro-bind", "/proc", "/proc"] : ["--proc", "/proc", "--remount-ro", "/proc"]
        options += ["--dev", "/dev"]
        for device in devices { options += ["--dev-bind", device, device] }
        options += [
            "--perms", "1777", "--size", "\(min(size, .mebibytes(64)).bytes)", "--tmpfs", "/dev/shm",
            "--remount-ro", "/dev",
            "--perms", "1777", "--size", "\(max(size.bytes, 4096))", "--tmpfs", "/tmp",
        ]
    }

    private mutating func addStep(_ invocation: StepInvocation, stagedInputs: [String]) {
        for path in invocation.sandbox.read where !path.hasPrefix("/usr/") {
            options += ["--ro-bind", staged(path), path]
        }
        if let folder = invocation.toolFolder { options += ["--ro-bind", staged(folder), "/tool"] }
        for (input, source) in zip(invocation.inputs, stagedInputs) {
            options += ["--ro-bind", staged(source), input.path]
        }
        let layout = AttemptLayout(folder: invocation.attemptFolder)
        switch invocation.stdin {
        case nil: break
        case .file(let path): options += ["--ro-bind", staged(path), StepEnvironment.stdinPath]
        case .bytes: options += ["--ro-bind", staged(layout.stdin), StepEnvironment.stdinPath]
        }
        options += ["--bind", staged(layout.work, isWritable: true), "/step"]
        options += ["--bind", staged(layout.checkpoint, isWritable: true), StepEnvironment.checkpointPath]
        options += ["--bind", staged(layout.events, isWritable: true), StepEnvironment.eventsPath]
    }

    /// The path by which bubblewrap reaches a host path.
    private mutating func staged(_ source: String, isWritable: Bool = false) -> String {
        guard host.drop != nil else { return source }
        let bind = Bind(source: source, name: String(binds.count), isWritable: isWritable)
        binds.append(bind)
        return "\(Self.stagingFolder)/\(bind.name)"
    }
}
