internal import CLinux
internal import CSeccomp
internal import Glibc
internal import LockstepModel
internal import LockstepStore

/// The system calls that a step may not make, as a program for the kernel (seccomp(2)), built by libseccomp.
///
/// Everything that is not named here is allowed: tools are ordinary programs, and a list of what they may need would never
/// be complete. Namespaces, capabilities and the file system keep a step in; the filter takes away the parts of the kernel
/// through which such walls have been broken before, and which tools do not need.
package enum SystemCallFilter {
    /// The program for steps whose tools ask for nothing special; made once.
    private static let standard = build(allowsDebugging: false)
    private static let debugging = build(allowsDebugging: true)

    /// - Parameter allowsDebugging: `sandbox: { debug: true }`: ptrace(2) and what belongs to it.
    /// - Throws: `SANDBOX_UNAVAILABLE` when libseccomp cannot make it; no step runs without.
    /// - Returns: The program's bytes as hexadecimal digits.
    package static func program(allowsDebugging: Bool) throws(ExecutionError) -> String {
        let program = allowsDebugging ? debugging : standard
        guard let program else {
            throw ExecutionError(
                .sandboxUnavailable,
                "The filter of system calls could not be made, so the step did not run. Install libseccomp 2.5 or newer: "
                    + "apt-get install libseccomp2"
            )
        }
        return program
    }

    /// Calls that look as if the kernel did not know them, so that programs take their older way.
    ///
    /// clone3 hands its flags over in memory, where no filter can look; its namespaces could not be told from threads. The
    /// mount calls of Linux 5.2 and later do what mount(2) does. io_uring makes system calls past any filter. Memory that no
    /// process has mapped is counted nowhere but in a cgroup: files in memory that have no name, and System V segments.
    private static let unknown = [
        "clone3", "open_tree", "move_mount", "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr",
        "io_uring_setup", "io_uring_enter", "io_uring_register", "memfd_create", "shmget",
    ]
    /// memfd_secret and open_tree_attr, for which libseccomp may have no name yet; new calls have one number on all machines.
    private static let unknownNumbers: [Int32] = [447, 467]

    /// Calls that are refused.
    private static let refused = [
        // What is mounted where, and other namespaces.
        "mount", "umount", "umount2", "pivot_root", "chroot", "setns", "unshare", "open_by_handle_at",
        // Keys belong to the user, not to the step; bpf, perf and userfaultfd have opened the kernel time and again.
        "add_key", "request_key", "keyctl", "bpf", "perf_event_open", "userfaultfd",
        // The machine itself: modules, clocks, swap, accounting, ports, the kernel's own log.
        "init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot", "swapon", "swapoff",
        "acct", "quotactl", "quotactl_fd", "sethostname", "setdomainname", "settimeofday", "clock_settime",
        "clock_adjtime", "syslog", "iopl", "ioperm", "modify_ldt",
        "vhangup", "nfsservctl", "lookup_dcookie", "fanotify_init", "kcmp", "pidfd_getfd",
    ]

    /// Reading and changing other processes; only debuggers need it.
    private static let debuggers = ["ptrace", "process_vm_readv", "process_vm_writev"]

    /// Nil when libseccomp refuses.
    private static func build(allowsDebugging: Bool) -> String? {
        guard let filter = seccomp_init(allow) else { return nil }
        defer { seccomp_release(filter) }
        // Another architecture's calls would pass unseen: 32-bit programs do not run here.
        guard seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, errorAction(ENOSYS)) == 0 else { return nil }
        // A tree instead of a list: each call of the tool passes it.
        _ = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2)
        var isComplete = true
        func refuse(_ name: String, _ error: Int32, _ comparisons: [scmp_arg_cmp] = []) {
            let number = seccomp_syscall_resolve_name(name)
            // Not known here: an old call that this machine never had, or one that is newer than the library.
            guard number != -1 else { return }
            isComplete = add(number, error, comparisons, to: filter) && isComplete
        }
        for name in unknown { refuse(name, ENOSYS) }
        for number in unknownNumbers { isComplete = add(number, ENOSYS, [], to: filter) && isComplete }
        for name in refused + (allowsDebugging ? [] : debuggers) { refuse(name, EPERM) }
        // A new namespace by clone(2); threads and processes stay possible.
        for flag in namespaceFlags {
            refuse("clone", EPERM, [scmp_arg_cmp(arg: 0, op: SCMP_CMP_MASKED_EQ, datum_a: flag, datum_b: flag)])
        }
        // Typing into the terminal of whoever runs the step (TIOCSTI), the console's paste (TIOCLINUX), and the choice of a
        // terminal's line discipline (TIOCSETD), which loads drivers that nobody looks after.
        for request: UInt64 in [0x5412, 0x541C, 0x5423] { refuse("ioctl", EPERM, [isSecond(request)]) }
        // A lease on an input (F_SETLEASE) holds up everybody else who opens the file.
        refuse("fcntl", EPERM, [isSecond(1024)])
        addSocketFamilies { refuse($0, EAFNOSUPPORT, $1) }
        return isComplete ? export(filter).map { HexDigest.text($0) } : nil
    }

    /// Compares the second argument; the kernel looks at its lower 32 bits only, so the comparison must as well.
    private static func isSecond(_ value: UInt64) -> scmp_arg_cmp {
        scmp_arg_cmp(arg: 1, op: SCMP_CMP_MASKED_EQ, datum_a: 0xFFFF_FFFF, datum_b: value)
    }

    /// Only local sockets, IPv4, IPv6 and netlink: vsock leads to the host of a virtual machine, and the rest is rarely used code.
    private static func addSocketFamilies(_ refuse: (String, [scmp_arg_cmp]) -> Void) {
        let allowed: Set<UInt64> = [1, 2, 10, 16]
        for name in ["socket", "socketpair"] {
            for family in (0...16 as ClosedRange<UInt64>).filter({ !allowed.contains($0) }) {
                refuse(name, [scmp_arg_cmp(arg: 0, op: SCMP_CMP_EQ, datum_a: family, datum_b: 0)])
            }
            // Also any number that the kernel would cut to 32 bits.
            refuse(name, [scmp_arg_cmp(arg: 0, op: SCMP_CMP_GT, datum_a: 16, datum_b: 0)])
        }
    }

    /// CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET; a time namespace only comes by unshare(2) or clone3(2).
    private static let namespaceFlags: [UInt64] = [
        0x0002_0000, 0x0200_0000, 0x0400_0000, 0x0800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000,
    ]

    private static let allow: UInt32 = 0x7FFF_0000

    /// The call fails with this error.
    private static func errorAction(_ error: Int32) -> UInt32 { 0x0005_0000 | UInt32(error & 0xFFFF) }

    private static func add(
        _ number: Int32,
        _ error: Int32,
        _ comparisons: [scmp_arg_cmp],
        to filter: scmp_filter_ctx
    ) -> Bool {
        let code = seccomp_rule_add_array(filter, errorAction(error), number, UInt32(comparisons.count), comparisons)
        // A call that this architecture does not have.
        return code == 0 || code == -EDOM || code == -EINVAL && number < 0
    }

    private static func export(_ filter: scmp_filter_ctx) -> [UInt8]? {
        let file = linux_memory_file("lockstep-filter")
        guard file >= 0 else { return nil }
        defer { close(file) }
        guard seccomp_export_bpf(filter, file) == 0 else { return nil }
        let bytes = SmallFile.read(descriptor: file, from: 0, limit: 1 << 20)
        return bytes.isEmpty ? nil : bytes
    }
}
