import Foundation
import Glibc
import LockstepTestSupport

@testable import LockstepExecution

/// Somebody outside whom a step tries to reach: a process of the step's own user with all that a step could touch.
///
/// It listens on every kind of socket, holds queues and shared memory that anybody may open, a secret in its environment and
/// memory, and a file that anybody may write. Whatever reaches it, it says.
final class Partner: Sendable {
    let folder: String
    let canary: String
    let secret = "secret-\(UInt64.random(in: 0...UInt64.max))"
    private let program: RunningProgram
    private static let content = "the user's own\n"

    /// - Parameter bench: Where its folder is made.
    init(in bench: StepBench) async throws {
        folder = "\(bench.folder)/outside-\(UInt32.random(in: 0...UInt32.max))"
        mkdir(folder, 0o777)
        chmod(folder, 0o777)
        canary = folder + "/canary"
        try Data((Self.content + secret).utf8).write(to: URL(fileURLWithPath: canary))
        chmod(canary, 0o666)
        // The walls alone must keep a step from it, so it is of the same user.
        let drop = SandboxHost.current().drop.map {
            ["/usr/bin/setpriv", "--reuid=\($0.uid)", "--regid=\($0.gid)", "--clear-groups"]
        }
        program = try RunningProgram(
            (drop ?? []) + ["/usr/bin/python3", "-c", Self.script],
            folder: folder,
            environment: ["PATH": "/usr/bin:/bin", "PARTNER_SECRET": secret],
            scratch: bench.folder,
            owner: bench,
            limit: 900
        )
        let started = await eventually { program.stdoutSoFar.hasSuffix("\n") || !program.isRunning }
        guard started, program.isRunning else { throw TestFailure(message: await program.result().description) }
    }

    deinit { end() }

    /// It ends by itself then, and takes its queues and memory along.
    private func end() { close(open(folder + "/end", O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)) }

    var processID: Int32 { program.processID }

    /// Python that tells a step where everything is.
    var directions: String {
        """
        outside, canary, secret = \(Self.quoted(folder)), \(Self.quoted(canary)), \(Self.quoted(secret))
        partner = \(processID)
        tcp, tcp6, udp, key = [int(x) for x in '\(program.stdoutSoFar.split(separator: "\n")[0])'.split()]
        abstract = '\\0' + outside

        """
    }

    /// What reached it and what became of its things; empty when nobody came near. Ends it.
    func findings() async throws -> String {
        var found: [String] = []
        func add(_ isBad: Bool, _ text: String) { if isBad { found.append(text) } }
        let status = String(decoding: SmallFile.read("/proc/\(processID)/status") ?? [], as: UTF8.self)
        let stat = String(decoding: SmallFile.read("/proc/\(processID)/stat") ?? [], as: UTF8.self)
        add(!program.isRunning || !TestWait.isAlive(processID), "it was ended")
        add(status.contains("State:\tT") || status.contains("State:\tt"), "it was stopped")
        add(!status.contains("TracerPid:\t0\n"), "it was traced")
        // From the state on, the nice value is the seventeenth field.
        add((stat.split(separator: ") ").last?.split(separator: " ").dropFirst(16).first ?? "") != "0", "it was niced")
        add(SmallFile.read(canary) != Array((Self.content + secret).utf8), "its file was changed")
        var facts = Glibc.stat()
        add(
            lstat(canary, &facts) != 0 || facts.st_nlink != 1 || facts.st_mode & 0o7777 != 0o666,
            "its file was touched"
        )
        end()
        let result = await program.result()
        let said = result.stdout.split(separator: "\n").dropFirst()
        add(said != ["end"], "it said: \(said.joined(separator: ", ")) \(result.stderr)")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        add(names != ["canary", "end", "socket"], "its folder holds \(names)")
        return found.joined(separator: "; ")
    }

    /// A Python literal.
    static func quoted(_ text: String) -> String { "'\(text)'" }

    private static let script = """
        import ctypes, os, select, signal, socket, time
        libc = ctypes.CDLL(None, use_errno=True)
        def say(text): os.write(1, (text + '\\n').encode())
        for number in range(1, 65):
            if number not in (9, 13, 17, 19, 32, 33):
                signal.signal(number, lambda number, frame: say(f'signal {number}'))
        here = os.getcwd()
        secret = os.environ['PARTNER_SECRET'].encode()
        def bound(family, kind, address):
            s = socket.socket(family, kind)
            s.setblocking(False)
            s.bind(address)
            if kind == socket.SOCK_STREAM: s.listen()
            return s
        tcp = bound(socket.AF_INET, socket.SOCK_STREAM, ('127.0.0.1', 0))
        udp = bound(socket.AF_INET, socket.SOCK_DGRAM, ('127.0.0.1', 0))
        try: tcp6 = bound(socket.AF_INET6, socket.SOCK_STREAM, ('::1', 0))
        except OSError: tcp6 = tcp
        abstract = bound(socket.AF_UNIX, socket.SOCK_STREAM, '\\0' + here)
        datagram = bound(socket.AF_UNIX, socket.SOCK_DGRAM, '\\0' + here + '.datagram')
        os.umask(0)
        path = bound(socket.AF_UNIX, socket.SOCK_STREAM, 'socket')
        sockets = list({tcp, udp, tcp6, abstract, datagram, path})
        key = os.getpid()
        queue = libc.msgget(key, 0o1666)
        memory = libc.shmget(key, 4096, 0o1666)
        libc.shmat.restype = ctypes.c_void_p
        shared = libc.shmat(memory, None, 0)
        ctypes.memmove(shared, secret, len(secret))
        posix = b'/lockstep-%d' % key
        class Attributes(ctypes.Structure): _fields_ = [(n, ctypes.c_long) for n in ('f', 'max', 'size', 'now', 'a', 'b', 'c', 'd')]
        wanted = Attributes(max=4, size=64)
        messages = libc.mq_open(posix, 0o102, 0o666, ctypes.byref(wanted))
        named = '/dev/shm' + posix.decode()
        with open(named, 'wb') as file: file.write(secret)
        count = ctypes.create_string_buffer(256)
        said = set()
        def note(text):
            if text not in said: say(text)
            said.add(text)
        def look():
            for s in select.select(sockets, [], [], 0)[0]:
                note('contact ' + str(s.getsockname()))
            if libc.msgrcv(queue, count, 200, 0, 0o4000) >= 0: note('a message')
            if ctypes.string_at(shared, len(secret)) != secret: note('the shared memory changed')
            libc.mq_getattr(messages, ctypes.byref(wanted))
            if messages >= 0 and wanted.now: note('a POSIX message')
            try:
                if open(named, 'rb').read() != secret: note('the named memory changed')
            except OSError: note('the named memory is gone')
        parent = os.getppid()
        say(f'{tcp.getsockname()[1]} {tcp6.getsockname()[1]} {udp.getsockname()[1]} {key}')
        ended = time.monotonic() + 900
        while not os.path.exists('end') and os.path.isdir(here) and os.getppid() == parent and time.monotonic() < ended:
            look()
            time.sleep(0.1)
        look()
        libc.msgctl(queue, 0, None)
        libc.shmctl(memory, 0, None)
        libc.mq_unlink(posix)
        os.unlink(named)
        say('end')
        """
}
