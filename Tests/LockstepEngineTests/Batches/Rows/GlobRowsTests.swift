import Foundation
import Glibc
import LockstepEngine
import LockstepJSON
import LockstepModel
import LockstepTestSupport
import Testing

struct GlobRowsTests {
    private let fixture: RowFixture
    private let folder: TemporaryFolder

    init() throws {
        var fixture = try RowFixture()
        fixture.variables[0].isRequired = false
        self.fixture = fixture
        folder = fixture.folder
        for name in [
            "b.txt", "a.txt", "a1.txt", "Z.txt", ".hidden.txt", "sub/c.txt", "sub/deep/d.txt", ".dot/e.txt",
            "sub/x.tar.gz", "ä.txt",
        ] {
            try folder.write("words", to: name)
        }
    }

    private func paths(_ pattern: String, variable: String? = nil) throws -> [String] {
        try fixture.lines(.glob(folder.path(pattern), variable: variable)).map { line in
            switch line {
            case .row(let inputs, _): String(inputs["doc"]?.stringValue?.dropFirst(folder.path.utf8.count + 1) ?? "")
            case .wrong(let texts), .ended(let texts): texts.joined(separator: "; ")
            }
        }
    }

    @Test(arguments: [
        ("*.txt", ["Z.txt", "a.txt", "a1.txt", "b.txt", "ä.txt"]), ("?.txt", ["Z.txt", "a.txt", "b.txt"]),
        ("[a-z].txt", ["a.txt", "b.txt"]), ("[!a]*.txt", ["Z.txt", "b.txt", "ä.txt"]), (".*.txt", [".hidden.txt"]),
        ("**/*.txt", ["Z.txt", "a.txt", "a1.txt", "b.txt", "sub/c.txt", "sub/deep/d.txt", "ä.txt"]),
        ("**/**/d.txt", ["sub/deep/d.txt"]), ("s*/**", ["sub/c.txt", "sub/deep/d.txt", "sub/x.tar.gz"]),
        ("sub/../[b].txt", ["sub/../b.txt"]), (".dot/*", [".dot/e.txt"]), ("*/c.txt", ["sub/c.txt"]),
        (".d*/*", [".dot/e.txt"]),
        ("./a*.txt", ["./a.txt", "./a1.txt"]),
    ])
    func `a pattern gives its files in the order of their bytes`(_ pattern: String, _ files: [String]) throws {
        #expect(try paths(pattern) == files)
    }

    @Test func `a row is called as its file is, without the extension`() throws {
        #expect(
            try fixture.lines(.glob(folder.path("sub/x.tar.*"), variable: "doc"))
                == [.row(["doc": .string(folder.path("sub/x.tar.gz"))], name: "x.tar")]
        )
    }

    @Test(.timeLimit(.minutes(10)))
    func `links are followed, loops of links end, and only regular files count`() throws {
        #expect(symlink("b.txt", folder.path("link.txt")) == 0)
        #expect(symlink(".", folder.path("loop")) == 0)
        #expect(symlink("self", folder.path("self")) == 0)
        #expect(symlink("nowhere", folder.path("gone.txt")) == 0)
        #expect(mkfifo(folder.path("pipe.txt"), 0o644) == 0)
        #expect(try paths("[glp]*.txt") == ["link.txt"])
        #expect(try paths("**/c.txt") == ["sub/c.txt"])
        #expect(try paths("loop/lo*/b.*") == ["loop/loop/b.txt"])
        #expect(
            try paths("self/*") == [
                "- no file matches \(folder.path("self/*")); hidden files and folders must be written out."
            ]
        )
    }

    @Test func `brackets around one special character make it an ordinary one`() throws {
        for name in ["run[1]/a.txt", "run1/a.txt", "run*/b.txt", "runs/b.txt", "what?.txt"] {
            try folder.write("words", to: name)
        }
        #expect(try paths("run[[]1]/*.txt") == ["run[1]/a.txt"])
        #expect(try paths("run[*]/b.txt") == ["run*/b.txt"])
        #expect(try paths("wha[s-u][?].txt") == ["what?.txt"])
        #expect(try paths("run[1]/*.txt") == ["run1/a.txt"])
    }

    @Test func `a folder on the way need not be readable, whatever it is called`() throws {
        try folder.write("words", to: "closed/run[1]/a.txt")
        #expect(chmod(folder.path("closed"), 0o311) == 0)
        defer { chmod(folder.path("closed"), 0o755) }
        #expect(try paths("closed/run[[]1]/*.txt") == ["closed/run[1]/a.txt"])
    }

    @Test func `a pattern of many folders is walked, and one that is longer than a path is refused`() throws {
        let deep = try paths(String(repeating: "a/", count: 1900) + "*.txt")
        #expect(deep.first?.hasPrefix("- no file matches") == true, "\(deep)")
        let long = try paths(String(repeating: "a/", count: 60_000) + "*.txt")
        #expect(long.first?.hasPrefix("- the pattern is longer than 4096 bytes") == true, "\(long)")
    }

    @Test func `a pattern that matches nothing is refused`() throws {
        for pattern in ["*.pdf", "none/*", "b.txt/*", "su[b]"] {
            #expect(try paths(pattern).first?.hasPrefix("- no file matches") == true)
        }
    }

    @Test func `a name that is no UTF-8 is refused in its row`() throws {
        let path = folder.path("sub/c") + "?"
        let bytes = path.utf8.map { $0 == UInt8(ascii: "?") ? CChar(bitPattern: 0xFF) : CChar(bitPattern: $0) } + [0]
        let file = open(bytes, O_CREAT | O_WRONLY, 0o644)
        #expect(file >= 0)
        close(file)
        let lines = try fixture.lines(.glob(folder.path("sub/c*"), variable: nil))
        #expect(lines.count == 2)
        #expect(lines.last?.refuses(["2@2:-:- doc: is no UTF-8 text"]) == true, "\(lines)")
    }

    @Test func `the variable is the one that is named, or the only one that takes a file, or must have one`() throws {
        var fixture = fixture
        let pattern = folder.path("sub/c.*")
        let value = JSONValue.string(folder.path("sub/c.txt"))
        #expect(try fixture.lines(.glob(pattern, variable: "doc")) == [.row(["doc": value], name: "c")])
        fixture.variables.append(
            InputVariable(id: "more", schema: ValueSchema(json: ["type": "array", "items": ["type": "file"]]))
        )
        #expect(try fixture.lines(.glob(pattern, variable: "more")) == [.row(["more": [value]], name: "c")])
        #expect(
            try fixture.lines(.glob(pattern, variable: nil)).first?
                .refuses(["- several inputs take a file: `doc`, `more`; say which one"]) == true
        )
        #expect(
            try fixture.lines(.glob(pattern, variable: "word")).first?
                .refuses(["- the input `word` takes no file; these do: `doc`, `more`"]) == true
        )
        #expect(
            try fixture.lines(.glob(pattern, variable: "dcc")).first?
                .refuses(["- `dcc` is no input of this workflow; did you mean doc?"]) == true
        )
        fixture.variables[5].isRequired = true
        #expect(try fixture.lines(.glob(pattern, variable: nil)) == [.row(["more": [value]], name: "c")])
        fixture.variables = [fixture.variables[0]]
        #expect(
            try fixture.lines(.glob(pattern, variable: nil)).first?.refuses(["- no input of the workflow takes a file"])
                == true
        )
    }

    @Test func `an input that the files do not give is asked for once`() throws {
        var fixture = fixture
        fixture.variables[0].isRequired = true
        let source = BatchSource.glob(folder.path("*.txt"), variable: nil)
        #expect(
            try fixture.lines(source).first?.refuses(["- the input `word` is required, and the files of a pattern"])
                == true
        )
        let shared = GivenInput(name: "word", value: .text("a"), folder: "/")
        #expect(try fixture.lines(source, shared: [shared]).count == 5)
    }
}
