internal import CLinux
internal import Glibc

/// What a sandbox profile must know of the machine and of the runner.
package struct SandboxHost: Sendable, Hashable {
    /// What stands at `/bin`, `/lib` and so on.
    package enum RootEntry: Sendable, Hashable {
        /// The merged layout: a link into `/usr`, with its target.
        case link(String)
        case folder
    }

    /// The unprivileged user that a root runner's steps run as.
    package struct Drop: Sendable, Hashable {
        package var uid: UInt32
        package var gid: UInt32

        package init(uid: UInt32, gid: UInt32) {
            self.uid = uid
            self.gid = gid
        }
    }

    /// Absolute path of bubblewrap.
    package var bubblewrap: String
    /// The program folders of the root by name, without `usr`.
    package var rootEntries: [String: RootEntry]
    /// Nil when the runner is not root; it then keeps its own user.
    package var drop: Drop?
    /// Names of those files of `/etc` that a step gets as a copy, which takes a tenth of the time of a mount.
    package var smallFiles: Set<String>

    package init(
        bubblewrap: String,
        rootEntries: [String: RootEntry],
        drop: Drop?,
        smallFiles: Set<String> = []
    ) {
        self.bubblewrap = bubblewrap
        self.rootEntries = rootEntries
        self.drop = drop
        self.smallFiles = smallFiles
    }

    /// Where bubblewrap is looked for, in this order.
    package static let bubblewrapPaths = ["/usr/bin/bwrap", "/usr/local/bin/bwrap", "/bin/bwrap"]
    /// The root of a sandbox has room for several of them.
    private static let smallFileLimit = 128 << 10
    private static let rootNames = ["bin", "sbin", "lib", "lib32", "lib64", "libx32"]
    /// `nobody` and `nogroup` on every Linux.
    private static let nobody: UInt32 = 65534

    /// Looks at this machine.
    ///
    /// - Parameter bubblewrap: Absolute path; the first one that is there by default, or the usual one when none is.
    package static func current(bubblewrap: String? = nil) -> SandboxHost {
        var entries: [String: RootEntry] = [:]
        for name in rootNames {
            if let target = SymbolicLink.target(of: "/\(name)") {
                entries[name] = .link(target)
            } else if access("/\(name)", F_OK) == 0 {
                entries[name] = .folder
            }
        }
        return SandboxHost(
            bubblewrap: bubblewrap ?? bubblewrapPaths.first { access($0, X_OK) == 0 } ?? bubblewrapPaths[0],
            rootEntries: entries,
            drop: geteuid() == 0 ? dropForRoot() : nil,
            smallFiles: Set(SandboxProfile.etcNames.filter { isSmallFile("/etc/\($0)") })
        )
    }

    /// Whether a path leads to a file that everybody may read and that is no burden to copy.
    private static func isSmallFile(_ path: String) -> Bool {
        var facts = stat()
        guard stat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return false }
        return facts.st_mode & 0o004 != 0 && facts.st_size <= smallFileLimit
    }

    /// The user who called sudo, else nobody.
    private static func dropForRoot() -> Drop {
        func number(_ name: String) -> UInt32? {
            getenv(name).flatMap { UInt32(String(cString: $0)) }.flatMap { $0 == 0 ? nil : $0 }
        }
        guard let uid = number("SUDO_UID") else { return Drop(uid: nobody, gid: nobody) }
        return Drop(uid: uid, gid: number("SUDO_GID") ?? nobody)
    }
}
