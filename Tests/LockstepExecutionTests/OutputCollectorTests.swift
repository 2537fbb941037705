import Glibc
import LockstepJSON
import LockstepModel
import LockstepStore
import Testing

@testable import LockstepExecution

@Suite(.timeLimit(.minutes(10)))
struct OutputCollectorTests {
    private let bench: StepBench

    init() throws { bench = try StepBench() }

    private func collect(_ script: String, _ output: Output) async throws -> OutputValue? {
        let outcome = try await bench.shell(script, outputs: [output])
        if let failure = outcome.failure { throw TestFailure(message: failure.message) }
        return outcome.outputs[output.name]
    }

    private func failure(_ script: String, _ output: Output) async throws -> StepFailure {
        try #require(try await bench.shell(script, outputs: [output]).failure)
    }

    @Test func `a file is taken into the store with its hash and type`() async throws {
        let value = try await collect("mkdir -p a/b; printf hello > a/b/text.txt", .file("a/./b//text.txt"))
        let hash = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
        #expect(value == .file(CollectedFile(name: "text.txt", sha256: hash, size: 5, mimeType: "text/plain")))
        #expect(SmallFile.read(bench.blobs.path(of: hash)) == Array("hello".utf8))
    }

    @Test func `texts and JSON documents become values`() async throws {
        let text = Output(name: "t", source: .path("t"), schema: .of(.string))
        #expect(try await collect("printf 'zażółć\\n' > t", text) == .value("zażółć\n"))
        let json = Output(name: "t", source: .path("t"), schema: .of(.object))
        #expect(try await collect("echo '{\"a\": [1, 2]}' > t", json) == .value(["a": [1, 2]]))
        #expect(try await failure("printf '\\377' > t", text).message.contains("not valid UTF-8"))
        #expect(try await failure("echo '{a}' > t", json).message.contains("not a JSON document"))
        let large = try await failure("head -c 17000000 /dev/zero > t", text)
        #expect(large.code == .resourceLimit)
        #expect(large.message.contains("schema type `file`"))
    }

    @Test func `streams become text, lines and JSON`() async throws {
        func stream(_ reading: StreamReading, _ stream: StandardStream = .stdout) -> Output {
            Output(name: "s", source: .stream(stream, reading), schema: ValueSchema(json: [:]))
        }
        #expect(try await collect("printf 'a\\n\\n'", stream(.text)) == .value("a\n"))
        #expect(try await collect("printf 'a\\r\\nb\\n\\nc'", stream(.lines)) == .value(["a", "b", "", "c"]))
        #expect(try await collect("true", stream(.lines)) == .value([]))
        let pointer = JSONPointer(["a", "1"])
        let script = "echo noise; echo '{\"a\": [1]}'; echo '{\"a\": [1, 5]}'; echo end"
        #expect(try await collect(script, stream(.json(pointer: pointer, takesLast: true))) == .value(5))
        #expect(
            try await collect("echo '[7]' >&2", stream(.json(pointer: JSONPointer(["0"]), takesLast: false), .stderr))
                == .value(7)
        )
        let failure = try await failure("echo '[7]'", stream(.json(pointer: pointer, takesLast: false)))
        #expect(failure.message.contains("no value at /a/1"))
    }

    @Test func `the exit code is an output`() async throws {
        var invocation = bench.invocation(["sh", "-c", "exit 4"])
        invocation.successExitCodes = [4]
        invocation.outputs = [Output(name: "code", source: .exitCode, schema: .of(.integer))]
        #expect(try await bench.run(invocation).outputs["code"] == .value(4))
    }

    @Test func `a glob gives files in natural order and hidden ones only when asked`() async throws {
        let output = Output(name: "pages", source: .path("out/page*.t[xy]t"), schema: .of(.array))
        let script =
            "mkdir -p out/page.txt.d; for i in 10 9 2 1; do echo $i > out/page$i.txt; done; touch out/.page0.txt out/page3.csv"
        guard case .files(let files)? = try await collect(script, output) else {
            throw TestFailure(message: "no files")
        }
        #expect(files.map(\.name) == ["page1.txt", "page2.txt", "page9.txt", "page10.txt"])
        let deep = Output(name: "all", source: .path("**/*.txt"), schema: .of(.array))
        let deepScript = "mkdir -p a/b/c; touch a/1.txt a/b/2.txt a/b/c/3.txt 4.txt"
        guard case .files(let all)? = try await collect(deepScript, deep) else {
            throw TestFailure(message: "no files")
        }
        #expect(all.map(\.name) == ["4.txt", "1.txt", "2.txt", "3.txt"])
    }

    @Test func `a stream is kept as a file byte for byte`() async throws {
        let output = Output(name: "o", source: .stream(.stdout, .file(name: "all.bin")), schema: .of(.file))
        guard case .file(let file)? = try await collect("printf 'a\\377\\n\\n'", output) else {
            throw TestFailure(message: "no file")
        }
        #expect(file.name == "all.bin" && file.size == 4)
        #expect(SmallFile.read(bench.blobs.path(of: file.sha256)) == [0x61, 0xFF, 0x0A, 0x0A])
        let errors = Output(name: "o", source: .stream(.stderr, .file(name: "e")), schema: .of(.file))
        guard case .file(let empty)? = try await collect("true", errors) else { throw TestFailure(message: "no file") }
        #expect(empty.size == 0)
    }

    @Test func `a glob for one file takes exactly one`() async throws {
        let output = Output(name: "o", source: .path("*.txt"), schema: .of(.file))
        guard case .file(let file)? = try await collect("echo x > a.txt; echo y > b.csv", output) else {
            throw TestFailure(message: "no file")
        }
        #expect(file.name == "a.txt")
        let message = try await failure("touch a.txt b.txt", output).message
        #expect(message.contains("must match one file, but 2 do: a.txt, b.txt"))
        #expect(try await failure("true", output).message.contains("`*.txt` is missing"))
    }

    @Test func `several paths give their files in the order of the paths, each once`() async throws {
        let output = Output(name: "o", source: .paths(["z.txt", "*.txt", "none.*"]), schema: .of(.array))
        guard case .files(let files)? = try await collect("touch a.txt z.txt", output) else {
            throw TestFailure(message: "no files")
        }
        #expect(files.map(\.name) == ["z.txt", "a.txt"])
        #expect(try await failure("true", output).message.contains("`z.txt`, `*.txt`, `none.*` is missing"))
    }

    @Test func `a missing output fails with what is there instead`() async throws {
        let message = try await failure(
            "touch b.txt a.txt; mkdir 'c\n'; for i in $(seq 30); do touch x$i; done",
            .file("report.html")
        ).message
        #expect(message.contains("`report.html` is missing; the work folder holds: a.txt, b.txt, c\\n/, x1, x2"))
        #expect(message.hasSuffix("and 13 more."))
        #expect(try await failure("true", .file("*.html")).message.hasSuffix("the work folder holds: nothing."))
        #expect(try await collect("true", .file("report.html", isOptional: true)) == .missing)
    }

    @Test func `all that is wrong is said at once`() async throws {
        let outputs = [Output.file("one"), Output(name: "two", source: .path("two"), schema: .of(.file))]
        let failure = try #require(try await bench.shell("true", outputs: outputs).failure)
        #expect(failure.message.contains("`one` is missing") && failure.message.contains("`two` is missing"))
    }

    @Test func `the type and the size must be what the schema says`() async throws {
        var output = Output.file("a")
        output.schema.mimeTypes = ["image/*", "application/pdf"]
        #expect(
            try await failure("echo text > a", output).message.contains(
                "is text/plain, but its schema allows only image/*"
            )
        )
        output.schema.mimeTypes = ["text/csv"]
        guard case .file(let file)? = try await collect("echo 'a;b' > a", output) else {
            throw TestFailure(message: "no file")
        }
        #expect(file.mimeType == "text/csv")
        output.schema.maxSize = ByteCount(3)
        #expect(try await failure("echo 'a;b' > a", output).code == .resourceLimit)
    }

    @Test(arguments: [
        ("ln -s /etc/passwd out", "symbolic link"), ("mkdir real; echo x > real/out; ln -s real dir", "symbolic link"),
        ("mkfifo out", "a FIFO"),
        ("python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"out\")'", "a socket"),
        ("echo x > first; ln first out", "hard links"),
        ("mkdir -p out dir/out", "is a folder"), ("ln -s out out", "symbolic link"),
        ("ln -s /proc/1 dir", "symbolic link"),
    ])
    func `a hostile output is refused at once`(_ script: String, _ reason: String) async throws {
        let message = try await failure(script, .file(script.contains(" dir") ? "dir/out" : "out")).message
        #expect(message.contains(reason), "\(message)")
    }

    @Test func `a sparse file of a tebibyte is refused by its size alone`() async throws {
        var output = Output.file("out")
        output.schema.maxSize = .gibibytes(1)
        var invocation = bench.invocation(["truncate", "-s", "1T", "out"], outputs: [output])
        invocation.limits.fileSize = .gibibytes(2000)
        let failure = try #require(try await bench.run(invocation).failure)
        #expect(failure.code == .resourceLimit)
        #expect(failure.message.contains("has 1 TiB, more than the 1 GiB"))
    }

    @Test(arguments: ["../outside", "/etc/passwd", "a/../../b", "", ".", "a\0b"])
    func `a path that leaves the folder is refused`(_ path: String) async throws {
        #expect(WorkPath(path) == nil)
        #expect(GlobPattern(path) == nil)
    }

    @Test func `names that are not text are refused but do not disturb others`() async throws {
        let output = Output(name: "all", source: .path("*"), schema: .of(.array))
        let message = try await failure(#"touch "$(printf 'a\377b')" good"#, output).message
        #expect(message.contains("is not plain UTF-8 text"))
        #expect(try await failure("touch 'a\nb'", output).message.contains("a\\nb is not plain"))
    }

    @Test func `a folder becomes the same archive every time`() async throws {
        let output = Output(name: "d", source: .directory("site"), schema: .of(.directory))
        let long = String(repeating: "l", count: 200)
        let script =
            "mkdir -p site/b/empty; printf 2 > site/b/two; printf 1 > site/a; chmod 755 site/a; printf 3 > site/\(long)"
        guard case .file(let first)? = try await collect(script, output),
            case .file(let second)? = try await collect("sleep 1.1; umask 077; " + script, output)
        else { throw TestFailure(message: "no archive") }
        #expect(first == second)
        #expect(first.name == "site.tar")
        #expect(first.mimeType == "application/x-tar")
        let blob = bench.blobs.path(of: first.sha256)
        let listing = try await bench.output(
            "tar tvf /in/t/site.tar | awk '{print $1, $3, $6}'; tar xOf /in/t/site.tar b/two"
        ) {
            $0.inputs = [StepInputFile(.host(blob), path: "/in/t/site.tar")]
        }
        #expect(
            listing
                == "-rwxr-xr-x 1 a\ndrwxr-xr-x 0 b/\ndrwxr-xr-x 0 b/empty/\n-rw-r--r-- 1 b/two\n-rw-r--r-- 1 \(long)\n2"
        )
    }

    @Test(arguments: [("ln -s /etc d/x", "d/x"), ("mkfifo d/f", "a FIFO"), ("echo > d/a; ln d/a d/b", "hard links")])
    func `a folder with anything but files is refused by name`(_ script: String, _ reason: String) async throws {
        let output = Output(name: "d", source: .directory("d"), schema: .of(.directory))
        let message = try await failure("mkdir d; " + script, output).message
        #expect(message.hasPrefix("output `d`: "))
        #expect(message.contains(reason) || message.contains("x is a symbolic link"))
    }

    @Test func `a work folder of any depth and without permissions is removed`() async throws {
        let invocation = bench.invocation([
            "python3", "-c",
            "import os\nfor i in range(1500):\n os.mkdir('d'); os.chdir('d')\nos.chdir('/step'); os.makedirs('x/y'); open('x/y/z','w'); os.chmod('x/y',0); os.chmod('x',0); os.symlink('/etc','link')",
        ])
        #expect(try await bench.run(invocation).failure == nil)
        await FinishedAttempt.discardWork(in: invocation.attemptFolder)
        #expect(access(invocation.attemptFolder + "/work", F_OK) != 0)
        #expect(access(invocation.attemptFolder + "/exit.json", F_OK) == 0)
        #expect(access("/etc/passwd", F_OK) == 0)
        try AttemptFolder.remove(attemptFolder: invocation.attemptFolder)
        #expect(access(invocation.attemptFolder, F_OK) != 0)
        try AttemptFolder.remove(attemptFolder: invocation.attemptFolder)
    }

    @Test(arguments: [
        ("page2", "page10", true), ("page10", "page2", false), ("a", "b", true), ("a1b", "a1c", true),
        ("a01", "a1", false),
        ("a", "a1", true), ("x9999999999999999999998", "x9999999999999999999999", true), ("same", "same", false),
    ])
    func `names are ordered as people count`(_ one: String, _ other: String, _ isFirst: Bool) {
        #expect(NaturalOrder.precedes(Array(one.utf8), Array(other.utf8)) == isFirst)
    }

    @Test(arguments: [
        ("*.txt", "a.txt", true), ("*.txt", ".txt", false), ("a?c", "abc", true), ("[!a]b", "ab", false),
        ("[a-c]x", "bx", true),
        ("[", "[", true), ("**a", "bba", true), ("a*a*a*a*b", String(repeating: "a", count: 5000), false),
        ("[]]", "]", true),
    ])
    func `patterns match as in a shell`(_ pattern: String, _ name: String, _ matches: Bool) {
        #expect(GlobPattern.matches(Array(name.utf8), Array(pattern.utf8)) == matches)
    }
}
