import Foundation
import Glibc
import LockstepModel
import Testing

@testable import LockstepExecution

/// Steps that turn to the kernel: mounts, namespaces, devices, settings of the machine, and its less guarded corners.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct KernelEscapeTests {
    private let escapes: EscapeBench

    init() throws { escapes = try EscapeBench() }

    private static let mounts = [
        Escape(
            "of a file system",
            "tell(lambda: check(libc.mount(b'none', b'/tmp', b'tmpfs', 0, None))); tell(lambda: check(libc.mount(b'proc', b'/tmp', b'proc', 0, None)))",
            "EPERM EPERM"
        ),
        Escape("of a folder elsewhere", "tell(lambda: check(libc.mount(b'/usr', b'/tmp', None, 4096, None)))", "EPERM"),
        Escape(
            "that makes the list of mounts shared",
            "tell(lambda: check(libc.mount(None, b'/', None, 1 << 20, None)))",
            "EPERM"
        ),
        Escape(
            "that is taken away",
            "for place in (b'/in', b'/usr', b'/proc', b'/step', b'/tmp'): tell(lambda: check(libc.umount2(place, 2)))",
            "EPERM EPERM EPERM EPERM EPERM"
        ),
        Escape("as the new root", "tell(lambda: check(libc.syscall(pivot_root, b'/tmp', b'/tmp')))", "EPERM"),
        Escape(
            "by the calls of newer kernels",
            "for number, words in ((430, (b'tmpfs', 0)), (428, (-100, b'/usr', 1)), (429, (-1, b'', -100, b'/tmp', 4)), (431, (-1, 0, 0, 0, 0)), (432, (-1, 0, 0)), (433, (-100, b'/', 0)), (442, (-100, b'/usr', 0, bytes(32), 32)), (467, (-100, b'/usr', 1, bytes(32), 32))): tell(call, number, *words)",
            "ENOSYS ENOSYS ENOSYS ENOSYS ENOSYS ENOSYS ENOSYS ENOSYS"
        ),
    ]

    private static let namespaces = [
        Escape(
            "by unshare",
            "for flag in (0x10000000, 0x20000, 0x40000000, 0x20000000, 0x8000000, 0x4000000, 0x2000000, 0x80): tell(lambda: check(libc.unshare(flag)))",
            "EPERM EPERM EPERM EPERM EPERM EPERM EPERM EPERM"
        ),
        Escape(
            "by clone",
            "for flag in (0x10000000, 0x10020000, 0x50000000): tell(call, clone, flag | 17, 0, 0, 0, 0)",
            "EPERM EPERM EPERM"
        ),
        Escape(
            "by clone3",
            "tell(call, 435, struct.pack('11Q', 0x10000000, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0), 88)",
            "ENOSYS"
        ),
        Escape(
            "by entering one of the first process",
            "for name in ('user', 'mnt', 'pid', 'net'): tell(lambda: check(libc.setns(os.open(f'/proc/1/ns/{name}', 0), 0)))",
            "EPERM EPERM EPERM EPERM"
        ),
        Escape(
            "by the program",
            "import subprocess\nfor words in (['unshare', '-Ur', 'id', '-u'], ['bwrap', '--ro-bind', '/', '/', 'id', '-u']):\n try: print(subprocess.run(words, capture_output=True, text=True).stdout or 'refused')\n except FileNotFoundError: print('refused')",
            "refused refused"
        ),
    ]

    private static let devices = [
        Escape(
            "made anew",
            "for major, minor in ((1, 1), (7, 0), (8, 0), (254, 0), (1, 8)): tell(os.mknod, '/step/device', 0o666 | stat.S_IFBLK if major > 1 else 0o666 | stat.S_IFCHR, os.makedev(major, minor))",
            "EPERM EPERM EPERM EPERM EPERM"
        ),
        Escape(
            "of the host",
            "for name in ('mem', 'kmem', 'port', 'kmsg', 'sda', 'vda', 'loop0', 'loop-control', 'fuse', 'kvm', 'net/tun', 'vsock', 'mapper/control', 'disk', 'input', 'snd', 'dri', 'mqueue', 'uinput', 'userfaultfd'): tell(os.stat, '/dev/' + name)",
            Array(repeating: "ENOENT", count: 20).joined(separator: " ")
        ),
        Escape(
            "other than the harmless ones",
            "print(sorted(os.listdir('/dev')))",
            "['core', 'fd', 'full', 'null', 'ptmx', 'pts', 'random', 'shm', 'stderr', 'stdin', 'stdout', 'tty', 'urandom', 'zero']"
        ),
        Escape(
            "that all share",
            "tell(os.chmod, '/dev/null', 0o600); tell(os.unlink, '/dev/null'); tell(os.fchmod, os.open('/dev/null', os.O_RDWR), 0o600)",
            "EPERM EROFS EPERM"
        ),
    ]

    /// With the new calls refused in these ways, a kernel that has them or not answers the same.
    private static let corners = [
        Escape(
            "io_uring",
            "for number in (425, 426, 427): tell(call, number, 1, bytes(128), 0, 0, 0, 0)",
            "ENOSYS ENOSYS ENOSYS"
        ),
        Escape(
            "bpf and perf",
            "tell(call, 321, 0, bytes(128), 128); tell(call, 298, bytes(128), 0, -1, -1, 0)",
            "EPERM EPERM"
        ),
        Escape("userfaultfd", "tell(call, 323, 1)", "EPERM"),
        Escape(
            "keys",
            "tell(call, 248, b'user', b'name', b'x', 1, -4); tell(call, 249, b'user', b'name', None, -4); tell(call, 250, 0, -4, 0)",
            "EPERM EPERM EPERM"
        ),
        Escape("another kernel", "tell(call, 246, 0, 0, 0, 0); tell(call, 320, -1, -1, 0, None, 0)", "EPERM EPERM"),
        Escape(
            "a module",
            "tell(call, 175, None, 0, None); tell(call, 313, -1, None, 0); tell(call, 176, b'x', 0)",
            "EPERM EPERM EPERM"
        ),
        Escape(
            "the clock",
            "tell(call, 227, 0, struct.pack('qq', 1, 0)); tell(call, 164, struct.pack('qq', 1, 0), None); tell(call, 305, 0, bytes(208)); tell(call, 159, struct.pack('I', 2) + bytes(204))",
            "EPERM EPERM EPERM EPERM"
        ),
        Escape(
            "power, swap, quotas and accounts",
            "tell(call, 169, 0xfee1dead, 672274793, 0x01234567, None); tell(call, 167, b'/tmp', 0); tell(call, 179, 0, None, 0, None); tell(call, 443, 0, 0, 0, None); tell(call, 163, None)",
            "EPERM EPERM EPERM EPERM EPERM"
        ),
        Escape(
            "the kernel's log",
            "tell(call, 103, 3, ctypes.create_string_buffer(64), 64); tell(read, '/proc/kmsg')",
            "EPERM EACCES"
        ),
        Escape(
            "ports of the machine",
            "tell(call, 172, 3); tell(call, 173, 0x80, 1, 1); tell(call, 154, 0, None, 0)",
            "EPERM EPERM EPERM"
        ),
        Escape("news of all files", "tell(call, 300, 0, 0)", "EPERM"),
        Escape(
            "memory that is counted nowhere",
            "tell(call, 319, b'x', 0); tell(call, 447, 0); tell(call, 29, 1, 4096, 0o1666)",
            "ENOSYS ENOSYS ENOSYS"
        ),
        Escape(
            "calls of 32-bit programs",
            """
            import mmap
            # mov eax, 20 (getpid of i386) or 21 (mount); int 0x80; ret
            page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
            address = ctypes.addressof(ctypes.c_char.from_buffer(page))
            for number in (20, 21, 120):
                page[:8] = b'\\xb8' + struct.pack('I', number) + b'\\xcd\\x80\\xc3'
                print(errno.errorcode.get(-ctypes.CFUNCTYPE(ctypes.c_int)(address)()))
            """,
            "ENOSYS ENOSYS ENOSYS"
        ),
        Escape(
            "calls of the x32 kind",
            "for number in (0, 165, 272, 520): tell(call, 0x40000000 | number, 0, 0, 0)",
            "ENOSYS ENOSYS ENOSYS ENOSYS"
        ),
    ]

    @Test(arguments: mounts) func `nothing can be mounted`(escape: Escape) async throws { try await expect(escape) }

    @Test(arguments: namespaces) func `no namespace can be made or entered`(escape: Escape) async throws {
        try await expect(escape)
    }

    @Test(arguments: devices) func `no device can be had`(escape: Escape) async throws { try await expect(escape) }

    #if arch(x86_64)
        /// The numbers are those of x86-64.
        @Test(arguments: corners) func `the kernel's corners are closed`(escape: Escape) async throws {
            try await expect(escape)
        }
    #endif

    private static let settings = [
        "kernel/core_pattern", "kernel/modprobe", "kernel/hostname", "kernel/randomize_va_space", "vm/drop_caches",
        "fs/binfmt_misc/register", "kernel/sysrq", "net/ipv4/ip_forward", "vm/overcommit_memory",
    ]

    @Test func `no setting of the kernel can be changed, and what tells of its memory cannot be read`() async throws {
        let before = Self.settings.map { SmallFile.read("/proc/sys/" + $0) }
        let script = """
            for name in '\(Self.settings.joined(separator: " "))'.split(): tell(spill, '/proc/sys/' + name, '1')
            print('-')
            for name in ('sysrq-trigger', 'mtrr', 'acpi', 'bus/pci', 'irq/default_smp_affinity', 'self/attr/current'): tell(spill, '/proc/' + name, 'b')
            print('-')
            for name in ('kcore', 'kmsg', 'kpageflags', 'kpagecount', 'vmallocinfo', 'slabinfo', '1/kstack'): tell(read, '/proc/' + name)
            print('-')
            for top, folders, files in os.walk('/proc/sys'):
                for name in files:
                    try:
                        os.close(os.open(os.path.join(top, name), os.O_WRONLY))
                        print('writable', top, name)
                    except OSError: pass
            print({line.split()[0] for line in open('/proc/kallsyms')} if os.access('/proc/kallsyms', os.R_OK) else {'0' * 16})
            """
        let parts = try await escapes.answer(script).split(separator: "-").map { $0.split(separator: " ") }
        let refusals: Set<Substring> = ["EROFS", "EACCES", "ENOENT", "EPERM", "EISDIR"]
        #expect(parts.count == 4)
        #expect(parts[0].allSatisfy { ["EROFS", "EACCES", "ENOENT"].contains($0) }, "\(parts[0])")
        #expect(Set(parts[1]).union(parts[2]).isSubset(of: refusals), "\(parts)")
        #expect(parts[3].joined() == "{'0000000000000000'}")
        #expect(Self.settings.map { SmallFile.read("/proc/sys/" + $0) } == before)
    }

    private func expect(_ escape: Escape) async throws {
        let clock = ContinuousClock.now
        let (before, host) = (Date.now, ProcessInfo.processInfo.hostName)
        let mounts = Self.mountCount
        let answer = try await escapes.answer(escape.script)
        #expect(answer == escape.answer, "\(escape.name)")
        #expect(ProcessInfo.processInfo.hostName == host)
        #expect(Self.mountCount == mounts)
        let drift = before.distance(to: .now) - Double((ContinuousClock.now - clock).components.seconds)
        #expect(abs(drift) < 60)
    }

    /// Nothing that a step mounts may come back to this namespace.
    private static var mountCount: Int {
        let text = String(decoding: SmallFile.read("/proc/self/mountinfo") ?? [], as: UTF8.self)
        return text.split(separator: "\n").count { $0.contains("/newroot") || $0.contains("/step") }
    }
}
