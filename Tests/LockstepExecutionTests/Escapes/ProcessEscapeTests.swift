import Glibc
import LockstepModel
import LockstepTestSupport
import Testing

@testable import LockstepExecution

/// Steps that reach for other processes, or want to be more than they are.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct ProcessEscapeTests {
    private let escapes: EscapeBench

    init() throws { escapes = try EscapeBench() }

    /// The partner runs as the same user as the step, so the kernel would allow most of this without a wall.
    private static let others = [
        Escape("a signal by its number", "tell(os.kill, partner, 9); tell(os.kill, partner, 15)", "ESRCH ESRCH"),
        Escape("a signal to all", "signal.signal(15, signal.SIG_IGN)\ntell(os.kill, -1, 15)", "ESRCH"),
        Escape(
            "a signal to every number",
            """
            hit = 0
            for number in range(2, 100000):
                if number != os.getpid():
                    try:
                        os.kill(number, 9)
                        hit += 1
                    except OSError: pass
            print(hit)
            """,
            "0"
        ),
        Escape(
            "a signal to its group and session",
            "tell(os.killpg, partner, 9); tell(os.getsid, partner)",
            "ESRCH ESRCH"
        ),
        Escape(
            "a signal when its terminal or socket is ready",
            """
            import fcntl
            one, other = socket.socketpair()
            tell(fcntl.fcntl, one, fcntl.F_SETOWN, partner)
            """,
            "ESRCH"
        ),
        Escape("a descriptor for it", "tell(os.pidfd_open, partner)", "ESRCH"),
        Escape(
            "tracing",
            "tell(lambda: check(libc.ptrace(16, partner, 0, 0))); tell(lambda: check(libc.ptrace(0x4206, partner, 0, 0)))",
            "EPERM EPERM"
        ),
        Escape(
            "its memory by process_vm_readv and writev",
            """
            vector = ctypes.create_string_buffer(struct.pack('QQ', 0, 8))
            for work in (libc.process_vm_readv, libc.process_vm_writev): tell(lambda: check(work(partner, vector, 1, vector, 1, 0)))
            """,
            "EPERM EPERM"
        ),
        Escape(
            "its folder in /proc",
            "for name in ('mem', 'environ', 'cwd', 'root', 'fd', 'maps'): tell(os.stat, f'/proc/{partner}/{name}')",
            "ENOENT ENOENT ENOENT ENOENT ENOENT ENOENT"
        ),
        Escape(
            "its environment in any process that can be seen",
            """
            found = []
            for number in os.listdir('/proc'):
                if number.isdigit():
                    for name in ('environ', 'cmdline', 'comm', 'status'):
                        try: text = open(f'/proc/{number}/{name}', 'rb').read()
                        except OSError: text = b''
                        own = number in ('1', str(os.getpid())) and name == 'cmdline'
                        if not own and (secret.encode() in text or b'partner' in text.lower()): found.append(f'{number}/{name}')
            print(found)
            """,
            "[]"
        ),
        Escape(
            "its priority",
            """
            tell(os.setpriority, os.PRIO_PROCESS, partner, 19)
            os.setpriority(os.PRIO_USER, 0, 19)
            tell(lambda: check(libc.sched_setaffinity(partner, 8, b'\\1' + bytes(7))))
            tell(os.setpriority, os.PRIO_PROCESS, 0, -20)
            """,
            "ESRCH ESRCH EACCES"
        ),
        Escape(
            "its limits",
            "import resource\ntell(resource.prlimit, partner, resource.RLIMIT_NOFILE, (1, 1))",
            "ESRCH"
        ),
    ]

    @Test(arguments: others)
    func `another process cannot be touched`(escape: Escape) async throws {
        let partner = try await Partner(in: escapes.bench)
        let answer = try await escapes.answer(partner.directions + escape.script)
        #expect(answer == escape.answer, "\(escape.name)")
        #expect(try await partner.findings() == "")
    }

    private static let powers = [
        Escape(
            "another user",
            "tell(os.setuid, 0); tell(os.setresuid, 0, 0, 0); tell(os.setgid, 0)",
            "EINVAL EINVAL EINVAL"
        ),
        Escape("other groups", "tell(os.setgroups, [0]); tell(os.setgroups, [])", "EPERM EPERM"),
        Escape(
            "capabilities",
            "tell(lambda: check(libc.capset(struct.pack('II', 0x20080522, 0), struct.pack('6I', *[0xffffffff] * 6))))",
            "EPERM"
        ),
        Escape(
            "ambient and bounding capabilities",
            "tell(lambda: check(libc.prctl(47, 2, 21, 0, 0))); print(libc.prctl(23, 21, 0, 0, 0))",
            "EPERM 0"
        ),
        Escape("without the promise of no new privileges", "tell(lambda: check(libc.prctl(38, 0, 0, 0, 0)))", "EINVAL"),
        Escape(
            "root by programs that are set-user-id",
            """
            import subprocess
            for words in (['su', '-c', 'id -u'], ['mount', '-t', 'tmpfs', 'none', '/tmp'], ['passwd', '-d', 'root'], ['newgrp', 'root']):
                try: result = subprocess.run(words, capture_output=True, stdin=subprocess.DEVNULL, timeout=60)
                except FileNotFoundError: continue
                if result.returncode == 0 and result.stdout.strip() not in (b'', b'1000'): print('escaped', words, result)
            print(os.geteuid())
            """,
            "1000"
        ),
        Escape(
            "root by an own copy that is set-user-id",
            """
            import shutil, subprocess
            shutil.copy('/usr/bin/id', '/step/id')
            tell(os.chmod, '/step/id', 0o6755)
            print(subprocess.run(['/step/id', '-u'], capture_output=True, text=True).stdout)
            """,
            "done 1000"
        ),
        Escape(
            "a file that gives capabilities",
            """
            import shutil
            shutil.copy('/usr/bin/id', '/step/id')
            tell(os.setxattr, '/step/id', 'security.capability', struct.pack('<5I', 0x02000001, 1 << 21, 0, 0, 0))
            """,
            "EPERM"
        ),
        Escape(
            "real-time scheduling",
            "tell(os.sched_setscheduler, 0, os.SCHED_FIFO, os.sched_param(99)); tell(os.sched_setscheduler, 0, os.SCHED_RR, os.sched_param(1))",
            "EPERM EPERM"
        ),
        Escape("a priority that it was given", "print(os.getpriority(os.PRIO_PROCESS, 0) >= 0)", "True"),
        Escape("priority at the disk", "tell(call, ioprio_set, 1, 0, 1 << 13)", "EPERM"),
        Escape(
            "more than its limits",
            """
            import resource
            for limit in (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
                soft, hard = resource.getrlimit(limit)
                try:
                    resource.setrlimit(limit, (hard, hard + 1))
                    print('done')
                except ValueError: print('refused')
            """,
            "refused refused refused refused"
        ),
        Escape("to be spared when memory is short", "tell(spill, '/proc/self/oom_score_adj', '-1000')", "EROFS"),
        Escape(
            "another name of the machine",
            "tell(lambda: check(libc.sethostname(b'mine', 4))); tell(lambda: check(libc.setdomainname(b'mine', 4)))",
            "EPERM EPERM"
        ),
        Escape(
            "the first process's descriptors",
            """
            opened = []
            for name in os.listdir('/proc/1/fd'):
                if int(name) > 2:
                    for flags in (os.O_RDONLY, os.O_WRONLY):
                        try: opened.append((name, os.open(f'/proc/1/fd/{name}', flags)))
                        except OSError: pass
                    try: opened.append(call(438, os.pidfd_open(1), int(name), 0))
                    except OSError: pass
            print(opened)
            """,
            "[]"
        ),
        Escape(
            "the first process's memory",
            "tell(read, '/proc/1/mem'); tell(lambda: check(libc.ptrace(16, 1, 0, 0)))",
            "EIO EPERM"
        ),
        Escape(
            "an end of the first process",
            "for n in (9, 15, 19, 11): tell(os.kill, 1, n)\nprint(open('/proc/1/stat').read().split(') ')[1][0] in 'SRD')",
            "done done done done True"
        ),
    ]

    @Test(arguments: powers)
    func `a step cannot become more than it is`(escape: Escape) async throws {
        let invocation = escapes.invocation(escape.script)
        let answer = try await escapes.answer(of: invocation)
        #expect(answer == escape.answer, "\(escape.name)")
        // Whatever a step gives its files, nobody else comes near them.
        var facts = stat()
        lstat(invocation.attemptFolder, &facts)
        #expect(facts.st_mode & 0o777 == 0o700)
    }

    @Test func `a step that crashes leaves no image of its memory`() async throws {
        let script = "import resource\nprint(resource.getrlimit(resource.RLIMIT_CORE), flush=True)\nos.abort()"
        let invocation = escapes.invocation(script, outputs: [])
        let outcome = try await escapes.bench.run(invocation)
        #expect(outcome.ending == AttemptEnding(reason: .exited, signal: SIGABRT))
        #expect(outcome.lastLine == "(0, 0)")
        #expect(OpenFolder(path: invocation.attemptFolder + "/work")?.names(limit: 9).isEmpty == true)
    }

    @Test
    func `a terminal of the host is out of reach, and an own one can neither be typed into nor loaded with drivers`()
        async throws
    {
        let script = """
            import fcntl
            tell(os.open, '/dev/tty', os.O_RDWR)
            tell(fcntl.ioctl, 1, 0x5401, bytes(60))
            tell(lambda: check(libc.ioctl(0, 0x540E, 1)))
            leader, follower = os.openpty()
            for request in (0x5412, 0x100005412, 0x541C, 0xdead0000541C, 0x5423):
                tell(call, ioctl, follower, request, b'x')
            print(os.ttyname(follower) == '/dev/pts/0', os.listdir('/dev/pts'))
            """
        let answer = try await escapes.answer(script)
        #expect(answer == "ENXIO ENOTTY ENOTTY EPERM EPERM EPERM EPERM EPERM True ['0', 'ptmx']")
    }
}
