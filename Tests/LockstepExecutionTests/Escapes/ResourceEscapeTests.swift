import Foundation
import Glibc
import LockstepModel
import LockstepTestSupport
import Testing

@testable import LockstepExecution

/// Steps that want to use up the machine: processes, memory, disk, descriptors, logs.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct ResourceEscapeTests {
    private let escapes: EscapeBench

    init() throws { escapes = try EscapeBench() }

    /// Each makes as many as it can and then says so; `most` counts what was made without the step's first process.
    private static let bombs = [
        ("a fork bomb", "while True:\n try:\n  if os.fork() == 0: time.sleep(3600)\n except OSError: break"),
        (
            "a fork bomb of orphans",
            "while True:\n try:\n  if os.fork() == 0:\n   os.setsid()\n   if os.fork() == 0: time.sleep(3600)\n   os._exit(0)\n  os.wait()\n except OSError: break"
        ),
        (
            "a bomb of threads",
            "import threading\nwhile True:\n try: threading.Thread(target=lambda: time.sleep(3600), daemon=True).start()\n except RuntimeError: break"
        ),
    ]

    @Test(arguments: bombs)
    func `processes end at their limit, and none is left`(name: String, script: String) async throws {
        let word = "word\(UInt32.random(in: 0 ... .max))"
        let stop = StopSignal()
        var invocation = escapes.invocation(script + "\nopen('/step/full', 'w').close()\ntime.sleep(3600)", outputs: [])
        invocation.command.append(word)
        invocation.limits.processes = 30
        async let ended = escapes.bench.run(invocation, stop: stop)
        try await TestWait.file("full", of: invocation)
        let count = try Self.tasks(withArgument: word)
        stop.stopNow()
        #expect(try await ended.ending.reason == .cancelled)
        #expect((25...40).contains(count), "\(name): \(count)")
        #expect(!Processes.exist(withArgument: word), "\(name)")
    }

    /// Threads of all processes with this word, bubblewrap's own among them.
    private static func tasks(withArgument word: String) throws -> Int {
        let files = FileManager.default
        return try files.contentsOfDirectory(atPath: "/proc").reduce(0) { sum, name in
            guard Int(name) != nil, let line = files.contents(atPath: "/proc/\(name)/cmdline"),
                line.split(separator: 0).last.map({ String(decoding: $0, as: UTF8.self) }) == word
            else { return sum }
            return sum + ((try? files.contentsOfDirectory(atPath: "/proc/\(name)/task").count) ?? 0)
        }
    }

    private static let eaters = [
        ("in one process", "x = bytearray(300 << 20)"),
        ("in many processes", "[os.fork() for _ in range(3)]; x = bytearray(30 << 20)"),
        ("that is shared", "import mmap; x = mmap.mmap(-1, 300 << 20); x.write(b'x' * (300 << 20))"),
        (
            "below a process that has gone",
            "if os.fork() == 0:\n os.setsid()\n if os.fork() == 0: x = bytearray(300 << 20); time.sleep(3600)\n os._exit(0)"
        ),
        (
            "in the kernel's tables of memory",
            """
            libc.mmap.restype = ctypes.c_void_p
            start = libc.mmap(None, ctypes.c_size_t(1 << 40), 1, 0x4022, -1, 0)
            libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(1 << 40), 15)
            for page in range(150_000): ctypes.c_char.from_address(start + page * (2 << 20)).value
            """
        ),
    ]

    @Test(arguments: eaters)
    func `memory ends at its limit`(name: String, script: String) async throws {
        let outcome = try await escapes.outcome(script + "\ntime.sleep(3600)") {
            $0.limits.memory = .mebibytes(100)
            $0.limits.wall = DurationText(milliseconds: 60_000)
        }
        #expect(outcome.ending.reason == .outOfMemory, "\(name): \(outcome)")
    }

    /// What each is told when it has taken as much as it can.
    private static let fillers = [
        Escape(
            "files in the private /tmp",
            "f = open('/tmp/big', 'wb', 0)\ntell(lambda: [f.write(bytes(1 << 20)) for _ in range(40)])",
            "ENOSPC"
        ),
        Escape(
            "files in shared memory",
            "f = open('/dev/shm/big', 'wb', 0)\ntell(lambda: [f.write(bytes(1 << 20)) for _ in range(90)])",
            "ENOSPC"
        ),
        Escape(
            "the sandbox's own root",
            "tell(open, '/big', 'wb'); tell(open, '/dev/big', 'wb'); tell(open, '/run/big', 'wb')",
            "EROFS EROFS EROFS"
        ),
        Escape("files without names in memory", "tell(os.memfd_create, 'big')", "ENOSYS"),
        Escape("segments of System V", "tell(lambda: check(libc.shmget(0, 1 << 30, 0o1600)))", "ENOSYS"),
        Escape(
            "messages",
            "q = libc.msgget(0, 0o1600)\ndef fill():\n while True: check(libc.msgsnd(q, struct.pack('q', 1) + bytes(4096), 4096, 0o4000))\ntell(fill)",
            "EAGAIN"
        ),
        Escape("descriptors", "tell(lambda: [os.dup(1) for _ in range(100_000)])", "EMFILE"),
        Escape(
            "descriptors in flight",
            """
            import array
            one, other = socket.socketpair()
            one.setblocking(False)
            def fill():
                while True: one.sendmsg([b'x'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [1] * 200))])
            try: fill()
            except OSError as error: print(errno.errorcode[error.errno] in ('ETOOMANYREFS', 'EAGAIN'))
            """,
            "True"
        ),
        Escape(
            "locked memory",
            "libc.mmap.restype = ctypes.c_void_p\na = libc.mmap(None, ctypes.c_size_t(1 << 30), 3, 0x22, -1, 0)\ntell(lambda: check(libc.mlock(ctypes.c_void_p(a), ctypes.c_size_t(1 << 30))))",
            "ENOMEM"
        ),
        Escape(
            "one file",
            "signal.signal(25, signal.SIG_IGN)\ntell(os.truncate, os.open('/step/big', os.O_CREAT | os.O_RDWR), 1 << 40); tell(os.posix_fallocate, os.open('/step/big', os.O_RDWR), 0, 1 << 40)",
            "EFBIG EFBIG"
        ),
    ]

    @Test(arguments: fillers)
    func `whatever else holds much has an end`(escape: Escape) async throws {
        let answer = try await escapes.answer(escape.script) {
            $0.limits.workSize = .mebibytes(32)
            $0.limits.openFiles = 256
        }
        #expect(answer == escape.answer, "\(escape.name)")
    }

    /// Each takes more of the disk than it may and waits; `big` writes eight megabytes.
    private static let hoarders = [
        ("in its work folder", "big('/step/a'); big('/step/b'); big('/step/c')"),
        ("in its checkpoint", "big('/checkpoint/a'); big('/checkpoint/b'); big('/checkpoint/c')"),
        ("some here, some there", "big('/step/a'); big('/checkpoint/b'); big('/checkpoint/c')"),
        (
            "in a folder that nobody may enter",
            "os.mkdir('/step/f'); [big(f'/step/f/{n}') for n in range(3)]; os.chmod('/step/f', 0)"
        ),
        ("deep below", "for n in range(600): os.mkdir('d'); os.chdir('d')\nfor n in range(3): big(str(n))"),
        ("deeper than anybody looks", "for n in range(2100): os.mkdir('d'); os.chdir('d')"),
        (
            "in files that have no name any more",
            "held = []\nfor n in range(3): big('/step/a'); held.append(open('/step/a')); os.unlink('/step/a')"
        ),
        ("in its events", "big(os.environ['LOCKSTEP_EVENTS'], 24)"),
        ("as many small files", "for n in range(700): open(f'/checkpoint/{n}', 'w').close()"),
        (
            "as many folders and links",
            "for n in range(350): os.mkdir(f'/step/{n}'); os.symlink('x', f'/checkpoint/{n}')"
        ),
    ]

    @Test(arguments: hoarders)
    func `the disk ends at its limit`(name: String, script: String) async throws {
        let big = "def big(path, size=8):\n with open(path, 'wb') as file: file.write(b'x' * (size << 20))\n"
        let outcome = try await escapes.outcome(big + script + "\ntime.sleep(3600)") {
            $0.limits.workSize = .mebibytes(20)
            $0.limits.workFiles = name.hasPrefix("deep") ? 100_000 : 500
            // Far longer than it takes on a busy machine, so that only the disk's limit can end it.
            $0.limits.wall = DurationText(milliseconds: 240_000)
        }
        #expect(outcome.ending.reason == .diskLimit, "\(name): \(outcome)")
    }

    @Test func `logs end at their limit and the disk keeps no more`() async throws {
        let script = "for n in range(40): os.write(1, b'x' * (1 << 20)); os.write(2, b'\\x1b[2J' * (1 << 18))"
        var invocation = escapes.invocation(script, outputs: [])
        invocation.limits.logSize = .mebibytes(2)
        let outcome = try await escapes.bench.run(invocation)
        #expect(outcome.succeeded, "\(outcome)")
        #expect(outcome.usage.stdoutBytes == 40 << 20)
        for stream in [StandardStream.stdout, .stderr] {
            var facts = stat()
            lstat(AttemptLayout(folder: invocation.attemptFolder).log(stream), &facts)
            #expect(facts.st_size < (2 << 20) + 100)
        }
    }
}
