import Glibc
import LockstepModel
import LockstepTestSupport
import Testing

@testable import LockstepExecution

/// Steps that want to talk to somebody: over the network, over sockets of the machine, over shared memory and queues.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct NetworkEscapeTests {
    private let escapes: EscapeBench

    init() throws { escapes = try EscapeBench() }

    private static let contacts = [
        Escape("IPv4", "tell(socket.create_connection, ('127.0.0.1', tcp), 5)", "ECONNREFUSED"),
        Escape("IPv6", "tell(socket.create_connection, ('::1', tcp6), 5)", "ECONNREFUSED"),
        Escape(
            "another machine",
            "for host in ('10.0.0.1', '192.0.2.1', '8.8.8.8', '169.254.169.254'): tell(socket.create_connection, (host, 80), 5)",
            "ENETUNREACH ENETUNREACH ENETUNREACH ENETUNREACH"
        ),
        Escape(
            "UDP",
            "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); tell(s.sendto, b'x', ('127.0.0.1', udp)); tell(s.sendto, b'x', ('8.8.8.8', 53))",
            "done ENETUNREACH"
        ),
        Escape(
            "UDP to all",
            "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.setsockopt(1, 6, 1); tell(s.sendto, b'x', ('255.255.255.255', udp)); tell(s.sendto, b'x', ('224.0.0.1', udp))",
            "ENETUNREACH ENETUNREACH"
        ),
        Escape(
            "names",
            "for name in ('example.com', 'localhost.example'):\n try: print(socket.getaddrinfo(name, 80))\n except OSError as error: print(type(error).__name__)",
            "gaierror gaierror"
        ),
        Escape(
            "an abstract socket",
            "s = socket.socket(socket.AF_UNIX); tell(s.connect, abstract); d = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); tell(d.sendto, b'x', abstract + '.datagram')",
            "ECONNREFUSED ECONNREFUSED"
        ),
        Escape(
            "a socket with a path",
            "s = socket.socket(socket.AF_UNIX); tell(s.connect, outside + '/socket'); tell(s.connect, '/proc/1/root' + outside + '/socket')",
            "ENOENT ENOENT"
        ),
        Escape(
            "sockets of the system",
            "for path in ('/run/docker.sock', '/var/run/docker.sock', '/run/systemd/private', '/run/dbus/system_bus_socket', '/dev/log', '/tmp/.X11-unix/X0'): tell(socket.socket(socket.AF_UNIX).connect, path)",
            "ENOENT ENOENT ENOENT ENOENT ENOENT ENOENT"
        ),
        Escape(
            "a queue of System V",
            "tell(lambda: check(libc.msgget(key, 0))); tell(lambda: check(libc.msgsnd(0, struct.pack('q', 1) + b'x', 1, 0)))",
            "ENOENT EINVAL"
        ),
        Escape(
            "shared memory of System V",
            "tell(lambda: check(libc.shmget(key, 4096, 0)))\nfor number in range(20):\n libc.shmat.restype = ctypes.c_void_p\n if libc.shmat(number, None, 0) != 2 ** 64 - 1: print('attached')",
            "ENOSYS"
        ),
        Escape(
            "every queue and memory of System V",
            "for name in ('msg', 'sem', 'shm'): print(len(open('/proc/sysvipc/' + name).readlines()))",
            "1 1 1"
        ),
        Escape(
            "a POSIX queue",
            "tell(lambda: check(libc.mq_open(b'/lockstep-%d' % key, 1))); tell(lambda: check(libc.mq_unlink(b'/lockstep-%d' % key)))",
            "ENOENT ENOENT"
        ),
        Escape(
            "POSIX memory",
            "tell(lambda: check(libc.shm_open(b'/lockstep-%d' % key, 2, 0))); print(os.listdir('/dev/shm'))",
            "ENOENT []"
        ),
    ]

    @Test(arguments: contacts)
    func `nobody outside can be reached`(escape: Escape) async throws {
        let partner = try await Partner(in: escapes.bench)
        let answer = try await escapes.answer(partner.directions + escape.script)
        #expect(answer == escape.answer, "\(escape.name)")
        #expect(try await partner.findings() == "")
    }

    private static let sockets = [
        Escape("to a virtual machine's host", "tell(socket.socket, 40, socket.SOCK_STREAM)", "EAFNOSUPPORT"),
        Escape(
            "of packets",
            "tell(socket.socket, 17, socket.SOCK_RAW, 768); tell(socket.socket, 17, socket.SOCK_DGRAM, 768)",
            "EAFNOSUPPORT EAFNOSUPPORT"
        ),
        Escape(
            "of raw IP",
            "tell(socket.socket, 2, socket.SOCK_RAW, 255); tell(socket.socket, 2, socket.SOCK_RAW, 1); tell(socket.socket, 10, socket.SOCK_RAW, 58)",
            "EPERM EPERM EPERM"
        ),
        Escape(
            "to the kernel's cryptography, radios, buses and clusters",
            "for family in (38, 31, 29, 30, 44, 39, 36, 21, 33): tell(socket.socket, family, socket.SOCK_RAW, 0)",
            Array(repeating: "EAFNOSUPPORT", count: 9).joined(separator: " ")
        ),
        Escape(
            "on a port that only the system may have",
            "tell(lambda: socket.socket().bind(('0.0.0.0', 80)))",
            "EACCES"
        ),
        Escape(
            "that changes the network",
            """
            def ask(kind, body):
                s = socket.socket(16, socket.SOCK_RAW, 0)
                s.send(struct.pack('=IHHII', 16 + len(body), kind, 5, 1, 0) + body)
                code = -struct.unpack('=i', s.recv(4096)[16:20])[0]
                if code: raise OSError(code, 'refused')
            # A new address of lo, a new route, lo down, a new link.
            tell(ask, 20, struct.pack('=BBBBI', 2, 24, 0, 0, 1) + struct.pack('=HH4s', 8, 2, bytes([10, 9, 8, 7])))
            tell(ask, 24, struct.pack('=BBBBBBBBI', 2, 0, 0, 0, 254, 4, 0, 1, 0))
            tell(ask, 16, struct.pack('=BBHiII', 0, 0, 0, 1, 0, 1))
            tell(ask, 16, struct.pack('=BBHiII', 0, 0, 0, 0, 0, 1))
            """,
            "EPERM EPERM EPERM EPERM"
        ),
        Escape(
            "other than lo",
            "print([name for number, name in socket.if_nameindex()], [line.split()[1] for line in open('/proc/net/route').readlines()[1:]])",
            "['lo'] []"
        ),
        Escape(
            "that hear what the kernel tells of devices",
            "s = socket.socket(16, socket.SOCK_DGRAM, 15); tell(s.bind, (0, 2)); tell(lambda: socket.socket(16, socket.SOCK_RAW, 9).bind((0, 1)))",
            "done EPERM"
        ),
    ]

    @Test(arguments: sockets)
    func `only harmless sockets can be had`(escape: Escape) async throws {
        let answer = try await escapes.answer(escape.script)
        #expect(answer == escape.answer, "\(escape.name)")
    }

    /// What one step offers and how another one would take it.
    private static let meetings = [
        ("in /tmp", "open('/tmp/meeting', 'w')", "read('/tmp/meeting')"),
        ("in shared memory", "open('/dev/shm/meeting', 'w')", "read('/dev/shm/meeting')"),
        (
            "at an abstract socket", "s = socket.socket(socket.AF_UNIX); s.bind('\\0meeting'); s.listen()",
            "socket.socket(socket.AF_UNIX).connect('\\0meeting')"
        ),
        (
            "at a port", "s = socket.socket(); s.bind(('127.0.0.1', 45678)); s.listen()",
            "socket.create_connection(('127.0.0.1', 45678), 5)"
        ),
        ("at a queue of System V", "check(libc.msgget(77, 0o1666))", "check(libc.msgget(77, 0))"),
        ("at semaphores of System V", "check(libc.semget(78, 1, 0o1666))", "check(libc.semget(78, 1, 0))"),
        (
            "at a POSIX queue", "check(libc.mq_open(b'/meeting', 0o102, 0o666, None))",
            "check(libc.mq_open(b'/meeting', 0))"
        ),
        (
            "by signals", "open('/step/number', 'w').write(str(os.getpid()))",
            "[os.kill(n, 0) for n in range(1, 400) if n not in (1, os.getpid())]"
        ),
    ]

    @Test(arguments: meetings)
    func `two steps cannot meet`(name: String, offer: String, take: String) async throws {
        let stop = StopSignal()
        let first = escapes.invocation(offer + "\nopen('/step/offered', 'w').close()\ntime.sleep(3600)", outputs: [])
        async let ended = escapes.bench.run(first, stop: stop)
        try await TestWait.file("offered", of: first)
        let answer = try await escapes.answer("def take(): \(take)\ntell(take)")
        stop.stopNow()
        #expect(["ENOENT", "ECONNREFUSED", "ESRCH"].contains(answer), "\(name): \(answer)")
        #expect(try await ended.ending.reason == .cancelled)
    }
}
