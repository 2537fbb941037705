import Foundation
import Glibc
import LockstepJSON
import LockstepModel
import LockstepStore
import Testing

@testable import LockstepExecution

/// Steps that leave something hostile where an output is expected, or where the runner cleans up.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct OutputEscapeTests {
    private let escapes: EscapeBench

    init() throws { escapes = try EscapeBench() }

    /// `canary` is a file of the user, `other` one that another job has made; the output is the file `out`, or `d/out`.
    private static let files = [
        Escape("a link to the system's users", "os.symlink('/etc/passwd', 'out')", "is a symbolic link"),
        Escape("a link to a file of the user", "os.symlink(canary, 'out')", "is a symbolic link"),
        Escape(
            "a relative link to a file of the user",
            "os.symlink('../' * 9 + canary[1:], 'out')",
            "is a symbolic link"
        ),
        Escape("a link to what another job made", "os.symlink(other, 'out')", "is a symbolic link"),
        Escape("a link to a link", "os.symlink(canary, 'x'); os.symlink('x', 'out')", "is a symbolic link"),
        Escape("a link to itself", "os.symlink('out', 'out')", "is a symbolic link"),
        Escape("a link into /proc", "os.symlink('/proc/self/fd/3', 'out')", "is a symbolic link"),
        Escape(
            "a folder that is a link",
            "os.symlink(os.path.dirname(canary), 'd'); os.symlink('d', 'e')",
            "goes through a symbolic link"
        ),
        Escape("a FIFO", "os.mkfifo('out')", "is a FIFO"),
        Escape("a socket", "socket.socket(socket.AF_UNIX).bind('out')", "is a socket"),
        Escape("a device", "os.mknod('out', 0o666 | stat.S_IFCHR, 0)", "is a device"),
        Escape("a folder", "os.mkdir('out')", "is a folder"),
        Escape("a second name of another file", "open('x', 'w').write('x'); os.link('x', 'out')", "hard links"),
        Escape("a sparse bomb", "os.truncate(os.open('out', os.O_CREAT | os.O_RDWR), 3 << 20)", "more than the 2 MiB"),
        Escape(
            "nothing, behind names that steer a terminal",
            "open('\\x1b]0;owned\\x07\\x1b[2J\\n\\u202e', 'w'); open(b'\\xff\\x9b', 'w')",
            "is missing"
        ),
        Escape("a folder in a folder that nobody may enter", "os.makedirs('d/out'); os.chmod('d', 0)", "folder"),
    ]

    @Test(arguments: files)
    func `a hostile output is refused and nothing is kept of it`(escape: Escape) async throws {
        let bench = escapes.bench
        let secret = "secret \(UInt64.random(in: 0 ... .max))"
        let canary = try bench.write(secret, to: "out", mode: 0o666)
        let first = escapes.invocation("open('out', 'w').write('\(secret)')", outputs: [.file("out")])
        guard case .file(let kept)? = try await bench.run(first).outputs["file"] else {
            throw TestFailure(message: "no file")
        }
        let other = bench.blobs.path(of: kept.sha256)
        let before = try Self.files(below: bench.folder + "/assets")
        let directions = "canary, other = '\(canary)', '\(other)'\n"
        let path = escape.script.contains("'d") ? "d/out" : "out"
        var invocation = escapes.invocation(directions + escape.script, outputs: [.file(path)])
        invocation.limits.fileSize = .mebibytes(2)
        if escape.name == "a sparse bomb" { invocation.limits.fileSize = .mebibytes(4) }
        if escape.name == "a sparse bomb" { invocation.outputs[0].schema.maxSize = .mebibytes(2) }
        let failure = try #require(try await bench.run(invocation).failure, "\(escape.name)")
        #expect(failure.message.contains(escape.answer), "\(escape.name): \(failure.message)")
        #expect(!failure.message.contains(secret))
        #expect(!failure.message.unicodeScalars.contains(where: PlainText.isControl), "\(failure.message)")
        #expect(try Self.files(below: bench.folder + "/assets") == before)
        #expect(SmallFile.read(canary) == Array(secret.utf8))
        try AttemptFolder.remove(attemptFolder: invocation.attemptFolder)
        #expect(SmallFile.read(canary) == Array(secret.utf8))
        #expect(SmallFile.read(other) == Array(secret.utf8))
    }

    private static func files(below folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
    }

    @Test func `a file that a process changes to the last moment is taken as it is or refused`() async throws {
        let canary = try escapes.bench.write("secret", to: "canary", mode: 0o666)
        for delay in 0..<6 {
            let script = """
                open('good', 'w').write('good')
                os.symlink('\(canary)', 'link')
                if os.fork() == 0:
                    os.setsid()
                    while True:
                        os.replace('good', 'out'); os.rename('out', 'good'); os.rename('link', 'out'); os.rename('out', 'link')
                time.sleep(0.00\(delay))
                """
            let outcome = try await escapes.bench.run(
                escapes.invocation(script, outputs: [.file("out", isOptional: true)])
            )
            if case .file(let file)? = outcome.outputs["file"] {
                #expect(SmallFile.read(escapes.bench.blobs.path(of: file.sha256)) == Array("good".utf8))
            }
        }
    }

    @Test func `what is written through a descriptor that stayed open changes nothing that was kept`() async throws {
        let stop = StopSignal()
        let invocation = escapes.invocation(
            "open('out', 'w').write('kept')\nopen('there', 'w').close()\nwhile not os.path.exists('go'): time.sleep(0.01)",
            outputs: [.file("out")]
        )
        async let running = escapes.bench.run(invocation, stop: stop)
        try await TestWait.file("there", of: invocation)
        let leak = open(invocation.attemptFolder + "/work/out", O_WRONLY | O_CLOEXEC)
        defer { close(leak) }
        close(open(invocation.attemptFolder + "/work/go", O_WRONLY | O_CREAT | O_CLOEXEC, 0o644))
        guard case .file(let file)? = try await running.outputs["file"] else { throw TestFailure(message: "no file") }
        #expect(pwrite(leak, "changed", 7, 0) == 7)
        #expect(SmallFile.read(escapes.bench.blobs.path(of: file.sha256)) == Array("kept".utf8))
    }

    @Test func `what is kept is nobody's program and nobody's to change`() async throws {
        let script = "open('out', 'w').write('#!/bin/sh\\n'); os.chmod('out', 0o6777)"
        let invocation = escapes.invocation(script, outputs: [.file("out")])
        guard case .file(let file)? = try await escapes.bench.run(invocation).outputs["file"] else {
            throw TestFailure(message: "no file")
        }
        var facts = stat()
        lstat(escapes.bench.blobs.path(of: file.sha256), &facts)
        #expect(facts.st_mode & 0o7333 == 0, "\(String(facts.st_mode, radix: 8))")
        #expect(facts.st_uid == geteuid())
    }

    @Test(arguments: [
        ("-rf", "-rf"), ("--help", "--help"), ("$(reboot)", "$(reboot)"), ("a;b&c|d", "a;b&c|d"), ("*?[", "*?["),
    ])
    func `a name that looks like an option or a command is a name`(name: String, kept: String) async throws {
        let output = Output(name: "all", source: .path("*"), schema: .of(.array))
        let outcome = try await escapes.bench.run(escapes.invocation("open('\(name)', 'w').close()", outputs: [output]))
        guard case .files(let files)? = outcome.outputs["all"] else { throw TestFailure(message: "\(outcome)") }
        #expect(files.map(\.name) == [kept])
    }

    @Test(arguments: [
        ("a line break", "b'a\\nb'"), ("no text", "b'\\xff\\xfe'"), ("an escape sequence", "b'\\x1b[31mred'"),
        ("turned text", "'\\u202egnp.exe'"), ("a C1 control", "'\\x9b31m'"),
    ])
    func `a name that nobody could read is refused in words that everybody can`(name: String, literal: String)
        async throws
    {
        let output = Output(name: "all", source: .path("*"), schema: .of(.array))
        let outcome = try await escapes.bench.run(
            escapes.invocation("open(\(literal), 'w').close()", outputs: [output])
        )
        let message = try #require(outcome.failure?.message)
        #expect(message.contains("is not plain UTF-8 text"), "\(name): \(message)")
        #expect(!message.unicodeScalars.contains(where: PlainText.isControl), "\(name): \(message)")
    }

    @Test func `a pattern over more names than anybody counts ends`() async throws {
        let script = "os.mkdir('d')\nfor n in range(100_500): os.symlink('x', f'd/{n}')"
        var invocation = escapes.invocation(script, outputs: [.file("**/*.txt")])
        invocation.limits.workFiles = 10_000_000
        let failure = try #require(try await escapes.bench.run(invocation).failure)
        #expect(failure.message.contains("more than 100000 names"), "\(failure.message)")
        try AttemptFolder.remove(attemptFolder: invocation.attemptFolder)
        #expect(access(invocation.attemptFolder, F_OK) != 0)
    }

    @Test(arguments: [
        ("a pattern", Output(name: "o", source: .path("**/x"), schema: .of(.array))),
        ("a folder", Output(name: "o", source: .directory("d"), schema: .of(.directory))),
    ])
    func `a tree of a thousand levels is refused`(name: String, output: Output) async throws {
        let script = "for n in range(1000): os.mkdir('d'); os.chdir('d')"
        let failure = try #require(try await escapes.bench.run(escapes.invocation(script, outputs: [output])).failure)
        #expect(failure.message.contains("nested deeper than 64 levels"), "\(name): \(failure.message)")
    }

    @Test(arguments: [
        ("brackets", "print('[' * 1_000_000)"), ("closed brackets", "print('[' * 100_000 + ']' * 100_000)"),
        ("names", "print('{\"a\":' * 200_000 + '1' + '}' * 200_000)"),
        ("a name twice", "print('{\"a\": 1, \"a\": 2}')"),
        ("a number", "print('9' * 1_000_000)"), ("half a character", "os.write(1, b'\"\\xed\\xa0\\x80\"')"),
    ])
    func `a document that would break a parser breaks none`(name: String, script: String) async throws {
        for takesLast in [false, true] {
            let reading = StreamReading.json(pointer: JSONPointer([]), takesLast: takesLast)
            let output = Output(name: "o", source: .stream(.stdout, reading), schema: .of(.object))
            let outcome = try await escapes.bench.run(escapes.invocation(script, outputs: [output]))
            #expect(outcome.failure != nil || outcome.outputs["o"] != nil, "\(name)")
            #expect(outcome.ending.reason == .exited, "\(name)")
        }
    }

    private static let resisting = [
        (
            "folders without permissions",
            "os.makedirs('a/b/c'); open('a/b/c/f', 'w'); [os.chmod(p, 0) for p in ('a/b/c', 'a/b', 'a')]"
        ),
        ("a tree of many levels", "for n in range(1900): os.mkdir('d' * 50); os.chdir('d' * 50)"),
        ("names of all bytes", "for n in range(1, 256):\n if n != 47: open(bytes([n]) * 255, 'w')"),
        (
            "links in circles and out of the folder",
            "os.symlink('b', 'a'); os.symlink('a', 'b'); os.symlink('/', 'root'); os.symlink('..', 'up'); os.symlink('.', 'here')"
        ),
        ("special files", "os.mkfifo('f'); socket.socket(socket.AF_UNIX).bind('s'); os.mknod('c', stat.S_IFCHR, 0)"),
        (
            "files that are immutable or only grow",
            "import fcntl\nfor flag in (0x10, 0x20):\n f = os.open('f', os.O_CREAT | os.O_RDONLY)\n try: fcntl.ioctl(f, 0x40086602, struct.pack('l', flag)); print('done')\n except OSError: pass"
        ),
        (
            "folders that are closed, the work folder itself among them",
            "os.mkdir('a', 0o1000); open('x', 'w'); os.chmod('/step', 0)"
        ),
    ]

    @Test(arguments: resisting)
    func `a work folder that resists is removed`(name: String, script: String) async throws {
        let canary = try escapes.bench.write("canary", to: "canary")
        let invocation = escapes.invocation(script, outputs: [])
        let outcome = try await escapes.bench.run(invocation)
        // A folder that cannot be read any more is the tool's failure.
        #expect(outcome.succeeded || outcome.failure?.code == .stepFailed, "\(name): \(outcome)")
        #expect(outcome.ending == AttemptEnding(reason: .exited, exitCode: 0) && outcome.lastLine == nil, "\(name)")
        try AttemptFolder.remove(attemptFolder: invocation.attemptFolder)
        #expect(access(invocation.attemptFolder, F_OK) != 0, "\(name)")
        #expect(SmallFile.read(canary) == Array("canary".utf8))
    }
}
