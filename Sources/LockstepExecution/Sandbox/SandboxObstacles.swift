internal import Glibc

/// What on this machine may keep programs from making a sandbox, and what to do about each.
package struct SandboxObstacles: Sendable {
    /// What the machine says of itself: files below `/proc` and others, by absolute path; nil for those that are not there.
    private let text: @Sendable (String) -> String?
    private let isRoot: Bool

    /// Looks at this machine.
    package init() {
        self.init(isRoot: geteuid() == 0) { path in
            SmallFile.read(path, limit: 1 << 20).map { String(decoding: $0, as: UTF8.self) }
        }
    }

    init(isRoot: Bool, text: @escaping @Sendable (String) -> String?) {
        self.isRoot = isRoot
        self.text = text
    }

    /// One way a line, the surest first; general advice when nothing is found.
    package var remedies: [String] {
        var ways: [String] = []
        if setting("kernel/unprivileged_userns_clone") == "0" {
            ways.append("Ordinary users may not make user namespaces: sysctl -w kernel.unprivileged_userns_clone=1")
        }
        if setting("user/max_user_namespaces") == "0" {
            ways.append("No user namespaces are allowed: sysctl -w user.max_user_namespaces=10000")
        }
        for name in ["mnt", "pid", "ipc", "net", "uts"] where setting("user/max_\(name)_namespaces") == "0" {
            ways.append("No namespaces of one kind are allowed: sysctl -w user.max_\(name)_namespaces=10000")
        }
        if setting("kernel/apparmor_restrict_unprivileged_userns") == "1" {
            ways.append(
                "AppArmor keeps programs from making user namespaces (Ubuntu 23.10 and later): give "
                    + "\(SandboxHost.bubblewrapPaths[0]) a profile with `userns,`, or sysctl -w "
                    + "kernel.apparmor_restrict_unprivileged_userns=0"
            )
        }
        ways += container
        guard ways.isEmpty else { return ways }
        return [
            "apt-get install bubblewrap",
            "User namespaces must be allowed for ordinary users: sysctl -w kernel.unprivileged_userns_clone=1 on Debian, "
                + "kernel.apparmor_restrict_unprivileged_userns=0 on Ubuntu, and containers need --security-opt "
                + "seccomp=unconfined.",
        ]
    }

    /// What a container takes away, seen by its effects: not every container says that it is one.
    private var container: [String] {
        var ways: [String] = []
        if status("Seccomp") == "2" {
            ways.append(
                "A filter of system calls is in force for this program, as in containers; it may refuse namespaces: start the "
                    + "container with --security-opt seccomp=unconfined"
            )
        }
        let mayMount = status("CapEff").flatMap { UInt64($0, radix: 16) }.map { $0 & 1 << 21 != 0 } ?? true
        if isRoot, !mayMount {
            ways.append(
                "This is root without the right to mount: start the container with --cap-add SYS_ADMIN, or run lockstep as an "
                    + "ordinary user."
            )
        }
        if !coveredProc.isEmpty {
            ways.append(
                "\(coveredProc.joined(separator: ", ")) is covered, as in containers, so that the kernel refuses steps a /proc "
                    + "of their own: start the container with --security-opt systempaths=unconfined (Docker) or "
                    + "--security-opt unmask=ALL (Podman)"
            )
        }
        if ways.isEmpty, text("/.dockerenv") != nil || text("/run/.containerenv") != nil {
            ways.append(
                "This is a container: start it with --security-opt seccomp=unconfined --security-opt apparmor=unconfined "
                    + "--security-opt systempaths=unconfined, and --cap-add SYS_ADMIN when it runs as root."
            )
        }
        return ways
    }

    /// Mounts on parts of `/proc`, but for the one that systemd makes on an empty folder.
    private var coveredProc: [String] {
        (text("/proc/self/mountinfo") ?? "").split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count > 4, fields[4].hasPrefix("/proc/"), !fields[4].hasPrefix("/proc/sys/fs/binfmt_misc")
            else {
                return nil
            }
            return String(fields[4])
        }
    }

    private func setting(_ name: String) -> String? {
        text("/proc/sys/\(name)").map { String($0.prefix { !$0.isWhitespace }) }
    }

    private func status(_ name: String) -> String? {
        (text("/proc/self/status") ?? "").split(separator: "\n").first { $0.hasPrefix("\(name):") }
            .flatMap { $0.split(whereSeparator: \.isWhitespace).last.map(String.init) }
    }
}
