import Glibc
import LockstepModel
import LockstepTestSupport
import Testing

@testable import LockstepExecution

/// Steps that reach for files which are not theirs: the user's, other jobs', the tool's, the inputs.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct FileEscapeTests {
    private let escapes: EscapeBench

    init() throws { escapes = try EscapeBench() }

    private static let users = [
        Escape("by its path", "tell(read, canary); tell(spill, canary)", "ENOENT ENOENT"),
        Escape("by the root of the first process", "tell(spill, '/proc/1/root' + canary)", "ENOENT"),
        Escape("by climbing out of the folder", "tell(spill, '/step' + '/..' * 40 + canary)", "ENOENT"),
        Escape(
            "by a symbolic link",
            "os.symlink(canary, 'link'); tell(read, 'link'); tell(spill, 'link')",
            "ENOENT ENOENT"
        ),
        Escape("by a hard link", "tell(os.link, canary, '/step/link')", "ENOENT"),
        Escape("by a rename over it", "open('mine', 'w'); tell(os.rename, 'mine', canary)", "ENOENT"),
        Escape("by changing the root", "tell(os.chroot, '/proc/1/root'); tell(read, canary)", "EPERM ENOENT"),
        Escape(
            "by the place of the work folder that the list of mounts tells",
            """
            lines = [line.split() for line in open('/proc/self/mountinfo')]
            for words in lines:
                if words[4] in ('/step', '/checkpoint') or words[4].startswith('/in/'):
                    for path in (words[3], words[3] + '/../exit.json', os.path.dirname(words[3]) + '/launch.json'):
                        if path.count('/') > 2: tell(read, path)
            """,
            "ENOENT ENOENT ENOENT ENOENT ENOENT ENOENT ENOENT ENOENT ENOENT"
        ),
        Escape(
            "by a handle instead of a path",
            """
            handle = ctypes.create_string_buffer(struct.pack('Ii', 128, 0) + bytes(128))
            number = ctypes.c_int()
            tell(lambda: check(libc.name_to_handle_at(-100, b'/step', handle, ctypes.byref(number), 0)))
            folder = os.open('/step', os.O_RDONLY)
            size, kind = struct.unpack('Ii', handle.raw[:8])
            # The root folder of most file systems is inode 2.
            for inode in (2, 128, 256): 
                guess = ctypes.create_string_buffer(struct.pack('IiII', 8, 1, inode, 0))
                tell(lambda: check(libc.open_by_handle_at(folder, guess, os.O_RDONLY)))
            tell(lambda: check(libc.open_by_handle_at(folder, handle, os.O_RDONLY)))
            """,
            "done EPERM EPERM EPERM EPERM"
        ),
        Escape(
            "by looking through everything that can be read",
            """
            found, seen = [], 0
            for top, folders, files in os.walk('/'):
                if top in ('/', ): folders[:] = [f for f in folders if f not in ('usr', 'proc', 'lib', 'bin', 'sbin', 'lib64')]
                for name in folders + files:
                    if secret in name or os.path.basename(outside) in name: found.append(name)
                for name in files:
                    path = os.path.join(top, name)
                    try:
                        if stat.S_ISREG(os.lstat(path).st_mode) and secret.encode() in open(path, 'rb').read(1 << 20): found.append(path)
                        seen += 1
                    except OSError: pass
            print(found, seen > 0)
            """,
            "[] True"
        ),
    ]

    @Test(arguments: users)
    func `a file of the user cannot be reached`(escape: Escape) async throws {
        let partner = try await Partner(in: escapes.bench)
        let path = try escapes.bench.write("input", to: "input", mode: 0o444)
        let answer = try await escapes.answer(partner.directions + escape.script) {
            $0.inputs = [StepInputFile(.host(path), path: "/in/doc/a.txt")]
        }
        #expect(answer == escape.answer, "\(escape.name)")
        #expect(try await partner.findings() == "")
    }

    /// Each tries to change `/in/doc/a.txt`, whose owner the step of an ordinary user is on the host.
    private static let inputs = [
        Escape("by writing", "tell(spill, given); tell(os.truncate, given, 0)", "EROFS EROFS"),
        Escape("by its permissions", "tell(os.chmod, given, 0o666); tell(os.utime, given, (0, 0))", "EROFS EROFS"),
        Escape("by an attribute", "tell(os.setxattr, given, 'user.mark', b'x')", "EROFS"),
        Escape("by removing it", "tell(os.unlink, given); tell(os.rename, given, '/step/mine')", "EROFS EXDEV"),
        Escape("by a hard link", "tell(os.link, given, '/step/link')", "EXDEV"),
        Escape(
            "by its read-only descriptor",
            "f = os.open(given, os.O_RDONLY); tell(spill, f'/proc/self/fd/{f}'); tell(os.fchmod, f, 0o666); tell(os.write, f, b'x')",
            "EROFS EROFS EBADF"
        ),
        Escape(
            "by a path descriptor",
            "f = os.open(given, os.O_PATH); tell(spill, f'/proc/self/fd/{f}'); tell(os.chmod, f'/proc/self/fd/{f}', 0o666)",
            "EROFS EROFS"
        ),
        Escape(
            "by linking its descriptor",
            "f = os.open(given, os.O_RDONLY); tell(lambda: os.link(f'/proc/self/fd/{f}', '/step/link', follow_symlinks=True))",
            "EXDEV"
        ),
        Escape(
            "by mapping it",
            "import mmap\nf = os.open(given, os.O_RDONLY); tell(lambda: mmap.mmap(f, 5, mmap.MAP_SHARED, mmap.PROT_WRITE))",
            "EACCES"
        ),
        Escape(
            "by mounting it anew",
            "tell(lambda: check(libc.mount(None, given.encode(), None, 32 | 4096, None)))",
            "EPERM"
        ),
        Escape(
            "by a lease that holds up its readers",
            "import fcntl\nf = os.open(given, os.O_RDONLY); tell(fcntl.fcntl, f, 1024, 1)",
            "EPERM"
        ),
        Escape(
            "by what stands on standard input",
            "tell(os.fchmod, 0, 0o666); tell(spill, '/proc/self/fd/0'); tell(spill, '/dev/stdin'); tell(os.ftruncate, 0, 0)",
            "EROFS EROFS EROFS EINVAL"
        ),
    ]

    @Test(arguments: inputs)
    func `an input cannot be changed`(escape: Escape) async throws {
        let path = try escapes.bench.write("input", to: "input", mode: 0o644)
        if let drop = SandboxHost.current().drop { chown(path, drop.uid, drop.gid) }
        var before = stat()
        lstat(path, &before)
        let answer = try await escapes.answer("given = '/in/doc/a.txt'\n" + escape.script) {
            $0.inputs = [StepInputFile(.host(path), path: "/in/doc/a.txt")]
            $0.stdin = .file(path)
        }
        #expect(answer == escape.answer, "\(escape.name)")
        var after = stat()
        lstat(path, &after)
        #expect(after.st_ctim.tv_nsec == before.st_ctim.tv_nsec && after.st_ctim.tv_sec == before.st_ctim.tv_sec)
        #expect(SmallFile.read(path) == Array("input".utf8))
    }

    private static let shared = [
        Escape(
            "a program",
            "tell(spill, '/usr/bin/env'); print(os.statvfs('/usr').f_flag & os.ST_RDONLY)",
            "EACCES 1"
        ),
        Escape("a new program", "tell(spill, '/usr/local/bin/new', 'x', os.O_WRONLY | os.O_CREAT)", "EROFS"),
        Escape(
            "a program mounted anew",
            "tell(lambda: check(libc.mount(None, b'/usr', None, 32 | 4096, None)))",
            "EPERM"
        ),
        Escape(
            "the tool",
            "tell(spill, '/tool/run.sh'); tell(os.unlink, '/tool/run.sh'); tell(os.chmod, '/tool', 0o777)",
            "EROFS EROFS EROFS"
        ),
        Escape("a file beside the tool", "tell(spill, '/tool/new', 'x', os.O_WRONLY | os.O_CREAT)", "EROFS"),
        Escape(
            "the users of the machine",
            "tell(spill, '/etc/passwd'); tell(read, '/etc/shadow'); tell(spill, '/etc/ld.so.preload', 'x', os.O_WRONLY | os.O_CREAT)",
            "EACCES ENOENT EROFS"
        ),
        Escape(
            "the root of the sandbox",
            "tell(os.mkdir, '/new'); tell(os.rename, '/step', '/old'); tell(os.unlink, '/bin')",
            "EROFS EROFS EROFS"
        ),
    ]

    @Test(arguments: shared)
    func `what all steps share cannot be changed`(escape: Escape) async throws {
        let bench = escapes.bench
        mkdir(bench.folder + "/tool", 0o777)
        chmod(bench.folder + "/tool", 0o777)
        let tool = try bench.write("#!/bin/sh\n", to: "tool/run.sh", mode: 0o777)
        chmod(tool, 0o777)
        let answer = try await escapes.answer(escape.script) { $0.toolFolder = bench.folder + "/tool" }
        #expect(answer == escape.answer, "\(escape.name)")
        #expect(SmallFile.read(tool) == Array("#!/bin/sh\n".utf8))
        #expect(OpenFolder(path: bench.folder + "/tool")?.names(limit: 9).count == 1)
        #expect(access("/usr/local/bin/new", F_OK) != 0)
    }

    @Test func `nothing of another job is there, neither what it keeps nor what it left behind`() async throws {
        let leaving = """
            for place in ('/step', '/tmp', '/dev/shm', '/checkpoint'): open(place + '/left-behind', 'w').write('left behind')
            tell(lambda: None)
            """
        #expect(try await escapes.answer(leaving) == "done")
        let looking = """
            for place in ('/step', '/tmp', '/dev/shm', '/checkpoint', '/run', '/run/lockstep'): print(sorted(os.listdir(place)))
            for place in ('/home', '/root', '/var', '/sys', '/opt', '/mnt', '/media', '/srv', '/boot', '/in', '/tool'): tell(os.listdir, place)
            """
        let answer = try await escapes.answer(looking)
        let missing = Array(repeating: "ENOENT", count: 11).joined(separator: " ")
        #expect(answer == "[] [] [] [] ['lockstep'] ['events.jsonl'] " + missing)
    }

    @Test func `records that a step forges are its own files and nothing else`() async throws {
        let script = """
            for name in ('exit.json', 'launch.json', 'lock', 'stdout.log', 'exit.json.tmp'):
                open('/step/' + name, 'w').write('{"attempt_id": "att_1", "reason": "exited", "exit_code": 0}')
                for place in ('/step/../', '/run/lockstep/', '/checkpoint/../', '/'):
                    tell(spill, place + name, 'x', os.O_WRONLY | os.O_CREAT)
            sys.exit(3)
            """
        let invocation = escapes.invocation(script, outputs: [])
        let outcome = try await escapes.bench.run(invocation)
        #expect(outcome.ending == AttemptEnding(reason: .exited, exitCode: 3))
        let names = try #require(OpenFolder(path: invocation.attemptFolder)).names(limit: 99)
        let expected = [
            "checkpoint", "events.jsonl", "exit.json", "launch.json", "lock", "stderr.log", "stdout.log", "work",
        ]
        #expect(names.map { String(decoding: $0, as: UTF8.self) }.sorted() == expected)
        let log = SmallFile.read(AttemptLayout(folder: invocation.attemptFolder).log(.stdout)) ?? []
        #expect(String(decoding: log, as: UTF8.self).split(separator: " ") == Array(repeating: "EROFS", count: 20))
    }

    @Test func `the file of events stays where it is, whatever a step does to it`() async throws {
        let script = """
            events = os.environ['LOCKSTEP_EVENTS']
            tell(os.unlink, events); tell(os.rename, events, '/run/lockstep/old'); tell(os.link, events, '/step/events')
            tell(os.symlink, '/etc/passwd', events + '.new'); tell(os.mkfifo, '/run/lockstep/fifo')
            os.truncate(events, 1 << 30)
            spill(events, '{"progress": 400, "cost": "-1e99", "checkpoint": 1}\\n{"progress": "\\x1b"}\\n')
            """
        let invocation = escapes.invocation(script)
        let answer = try await escapes.answer(of: invocation)
        #expect(answer == "EROFS EROFS EXDEV EROFS EROFS")
        let events = EventReader.whole(path: AttemptLayout(folder: invocation.attemptFolder).events)
        #expect(events.percent == 100)
        #expect(events.cost == nil)
    }
}
