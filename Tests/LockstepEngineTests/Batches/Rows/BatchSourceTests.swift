import LockstepEngine
import LockstepJSON
import LockstepModel
import LockstepTestSupport
import Testing

struct BatchSourceTests {
    @Test(arguments: [
        ("rows.csv", BatchSource.csv("/base/rows.csv")), ("/a/Rows.TSV", .csv("/a/Rows.TSV")),
        ("./rows.tab", .csv("/base/./rows.tab")), ("rows.jsonl", .jsonLines("/base/rows.jsonl")),
        ("rows.ndjson", .jsonLines("/base/rows.ndjson")), ("in/*.csv", .glob("/base/in/*.csv", variable: nil)),
        ("in/[ab]?.pdf", .glob("/base/in/[ab]?.pdf", variable: nil)), ("-", .standardInput(nil)),
    ])
    func `an argument is decided by its name`(_ argument: String, _ source: BatchSource) throws {
        #expect(try BatchSource(argument: argument, in: "/base") == source)
    }

    @Test func `a format says what no extension does`() throws {
        #expect(try BatchSource(argument: "rows", format: .csv, in: "/base") == .csv("/base/rows"))
        #expect(try BatchSource(argument: "rows.txt", format: .jsonLines, in: "/") == .jsonLines("/rows.txt"))
        #expect(try BatchSource(argument: "rows.csv", format: .csv, in: "/") == .csv("/rows.csv"))
        #expect(try BatchSource(argument: "-", format: .tabSeparated, in: "/") == .standardInput(.tabSeparated))
        #expect(try BatchSource(argument: "*.txt", variable: "doc", in: "/w") == .glob("/w/*.txt", variable: "doc"))
    }

    @Test func `a file that is called like a pattern is a table`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("word\na\n", to: "rows[1].csv")
        #expect(try BatchSource(argument: "rows[1].csv", in: folder.path) == .csv(path))
    }

    @Test func `a folder that is called like a pattern is none`() throws {
        let source = try BatchSource(argument: "[ab]/*.txt", in: "/srv/run[1]*?")
        #expect(source == .glob("/srv/run[[]1][*][?]/[ab]/*.txt", variable: nil))
        #expect(try BatchSource(argument: "/run[1]/*.txt", in: "/srv[2]") == .glob("/run[1]/*.txt", variable: nil))
    }

    @Test(arguments: [
        ("", nil, nil, "is empty"), ("rows", nil, nil, "--format csv"),
        ("rows.xlsx", nil, nil, "does not say what it holds"),
        (".csv", nil, nil, "does not say"), ("rows.csv", BatchFormat.jsonLines, nil, "rename the file"),
        ("*.pdf", .csv, nil, "is a pattern"), ("rows.csv", nil, "doc", "only named for a pattern"),
        ("-", nil, "doc", "only named for a pattern"), ("rows", .tabSeparated, nil, "called .tsv"),
        ("a\0b.csv", nil, nil, "NUL"),
    ])
    func `what cannot be decided is refused with what to do`(
        _ argument: String,
        _ format: BatchFormat?,
        _ variable: String?,
        _ words: String
    ) {
        let problem = #expect(throws: BatchProblem.self) {
            try BatchSource(argument: argument, format: format, variable: variable, in: "/base")
        }
        #expect(problem?.code == .usage)
        #expect(problem?.description.contains(words) == true, "\(problem?.description ?? "")")
    }

    @Test(arguments: [
        BatchSource.csv("/a.csv"), .jsonLines("/a.jsonl"), .glob("/*.pdf", variable: nil), .glob("/*", variable: "doc"),
        .standardInput(nil), .standardInput(.csv), .standardInput(.jsonLines),
    ])
    func `a source comes back from its JSON`(_ source: BatchSource) {
        #expect(BatchSource(json: source.json) == source)
    }

    @Test(arguments: [
        JSONValue.null, ["kind": "csv"], ["kind": "glob"], ["kind": "xlsx", "path": "/a"],
        ["kind": "stdin", "format": "xml"],
    ])
    func `JSON that is no source gives none`(_ json: JSONValue) {
        #expect(BatchSource(json: json) == nil)
    }
}
