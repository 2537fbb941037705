import Foundation
import Glibc
import LockstepEngine
import LockstepJSON
import LockstepModel
import LockstepTestSupport
import Testing

/// RFC 4180, and every way in which a table can be wrong, with the place of each mistake.
struct CSVRowsTests {
    private let fixture: RowFixture

    init() throws {
        fixture = try RowFixture()
    }

    @Test(arguments: [
        ("word\na\nb\n", ["a", "b"]), ("word\na", ["a"]), ("word\r\na\r\nb\r\n", ["a", "b"]),
        ("word\ra\rb", ["a", "b"]),
        ("\u{FEFF}word\na\n", ["a"]), ("word\n\"a\"\n", ["a"]), ("word\n\"a, \"\"b\"\"\"\n", ["a, \"b\""]),
        ("word\n\"a\nb\"\nc\n", ["a\nb", "c"]), ("word\n\"a\r\nb\r\"\r\n", ["a\r\nb\r"]),
        ("\n\nword\n\n\na\n\n", ["a"]),
        ("\"word\"\n ä€😀 \n", [" ä€😀 "]), ("word\n\"\"\"\"\n", ["\""]), ("word\n\"x\"", ["x"]), ("word\n\t\n", ["\t"]),
        ("word\na\u{301}\u{7F}\u{1}\n", ["a\u{301}\u{7F}\u{1}"]),
    ])
    func `a column is read as it was written`(_ text: String, _ words: [String]) throws {
        #expect(try fixture.lines(csv: text) == words.map { .row(["word": .string($0)]) })
    }

    @Test func `cells are parsed by their schemas, and empty ones are not given`() throws {
        let text =
            "word,how_many,depth,tags,name\nhello,3,full,\"[\"\"a\"\",\"\"b\"\"]\",first\nx,,,,\n7,\"\",basic,[],\"the, third\"\n"
        #expect(
            try fixture.lines(csv: text) == [
                .row(["word": "hello", "count": 3, "depth": "full", "tags": ["a", "b"]], name: "first"),
                .row(["word": "x"]), .row(["word": "7", "depth": "basic", "tags": []], name: "the, third"),
            ]
        )
    }

    @Test func `a column name is an input when the workflow has one`() throws {
        var fixture = fixture
        fixture.variables[0].name = "name"
        #expect(try fixture.lines(csv: "name\na\n") == [.row(["word": "a"])])
    }

    @Test func `of a record of many mistakes the first hundred are told`() throws {
        let lines = try fixture.lines(csv: "word\n" + String(repeating: "\"a\"x,", count: 5000) + "\nb\n")
        guard case .wrong(let texts) = lines.first else { return #expect(lines == []) }
        #expect(texts.count == 101)
        #expect(texts[99].hasPrefix("1@2:100:"), "\(texts[99])")
        #expect(texts[100].contains("has 5000 mistakes; the first 100 are shown"), "\(texts[100])")
        #expect(lines.last == .row(["word": "b"]))
        let header = try fixture.lines(csv: String(repeating: "\"a\"x,", count: 5000) + "\nb\n")
        guard case .ended(let findings) = header.first else { return #expect(header == []) }
        #expect(findings.count == 101)
    }

    @Test func `a name of more than a thousand bytes is refused with its place`() throws {
        let long = String(repeating: "é", count: 500)
        let lines = try fixture.lines(csv: "word,name\na,\(long)\nb,\(long)x\n")
        #expect(lines.first == .row(["word": "a"], name: long))
        #expect(lines.last?.refuses(["2@3:2:3 name: is longer than 1000 bytes"]) == true, "\(lines)")
    }

    @Test func `a message holds the beginning of a long cell`() throws {
        let lines = try fixture.lines(csv: "word,how_many\na,\(String(repeating: "x", count: 100_000))\n")
        guard case .wrong(let texts) = lines.first else { return #expect(lines == []) }
        #expect(texts.count == 1 && texts[0].contains("must be an integer; it is \"xxx"), "\(texts[0].prefix(200))")
        #expect(texts[0].utf8.count < 200)
    }

    @Test func `a table of tabs may hold commas`() throws {
        let path = try fixture.folder.write("word\tdepth\na,b\tfull\n\"c\td\"\t\n", to: "rows.tsv")
        #expect(try fixture.lines(.csv(path)) == [.row(["word": "a,b", "depth": "full"]), .row(["word": "c\td"])])
    }

    @Test(arguments: [
        // The header.
        ("", ["- "]), ("\u{FEFF}", ["- "]), ("\n\r\n", ["- "]), ("word\n", ["- "]), ("word", ["- "]),
        ("word\n\n \n", nil),
        ("word,,depth\na,b,c\n", ["1:2:6 column 2 has no name"]),
        ("word,depth,word\na,b,c\n", ["1:3:12 the column `word` comes twice, as column 1 and 3"]),
        ("count,word,how_many\n1,b,2\n", ["1:3:12 the columns `count` and `how_many` are the same input"]),
        (
            "ä,wrod,\"\",wrod\n",
            ["1:1:1 the column `ä`", "1:2:3 the column `wrod` is no input", "1:3:8 column 3", "1:4:11 the column"]
        ),
        ("wo\"rd\n", ["1:1:3 the header has a quote inside"]),
        ("word,\"depth\nx,y\n", ["1:2:6 the quote that opens here"]),
        ("w\0rd\na\n", ["1:1:2 the header holds a NUL"]), ("depth\nfull\n", ["- the input `word` is required"]),
    ])
    func `a header that is wrong ends the table with all that is wrong`(_ text: String, _ findings: [String]?) throws {
        let lines = try fixture.lines(csv: text)
        guard let findings else { return #expect(lines == [.row(["word": " "])]) }
        #expect(lines.count == 1)
        #expect(lines.last?.refuses(findings) == true, "\(lines)")
        if case .row? = lines.last { Issue.record("it was read") }
    }

    @Test func `an unknown column is refused once with the nearest name`() throws {
        let lines = try fixture.lines(csv: "word,dpeth\na,b\nc,d\n")
        guard case .ended(let findings)? = lines.first, lines.count == 1 else { return #expect(lines == []) }
        #expect(findings.count == 1)
        #expect(findings[0].contains("did you mean depth?"))
    }

    @Test(arguments: [
        ("a,full", ["2@3:-:7 -: has 2 columns, and the header has 3: name is missing"]),
        ("a", ["2@3:-:2 -: has 1 column, and the header has 3: depth, name are missing"]),
        ("ä,full,n,x,y", ["2@3:4:10 -: has 5 columns, and the header has 3"]),
        ("ä,\"b\nc\",n,x", ["2@4:4:6 -: has 4 columns"]),
        ("ä,b\"c,n", ["2@3:2:4 depth: has a quote inside a field"]),
        ("ä,\"b\"c,n", ["2@3:2:6 depth: has text after the quote"]),
        ("ä,\"b\nc\"d,n", ["2@4:2:3 depth: has text after the quote"]),
        ("a\"b\"c,\"d\"e\"f,n", ["2@3:1:2 word: has a quote inside", "2@3:2:10 depth: has text after"]),
        ("ä,\"f\0\",n", ["2@3:2:5 depth: holds a NUL"]),
        ("\"a\"\"\r\nb\0\",full,n", ["2@4:1:2 word: holds a NUL"]),
        (",none,n", ["2@3:1:1 word: is required", "2@3:2:2 depth: must be one of basic, full"]),
        ("\"x\r\n\",\"a\n\",n", ["2@4:2:3 depth: must be one of basic, full"]),
    ])
    func `a row that is wrong is refused with its place, and the next one is read`(
        _ row: String,
        _ findings: [String]
    ) throws {
        let lines = try fixture.lines(csv: "word,depth,name\nbefore,full,\n\(row)\nafter,basic,last\n")
        #expect(lines.count == 3)
        #expect(lines.first == .row(["word": "before", "depth": "full"]))
        #expect(lines.dropFirst().first?.refuses(findings) == true, "\(lines)")
        #expect(lines.last == .row(["word": "after", "depth": "basic"], name: "last"))
    }

    @Test func `the columns of a mistake that leaves out the last ones is where the row ends`() throws {
        let lines = try fixture.lines(csv: "word,depth\n\"a\nbc\"\nd,full\n")
        #expect(lines.first?.refuses(["1@3:-:4 -: has 1 column"]) == true, "\(lines)")
    }

    @Test func `a quote that is never closed ends the table and names where it began`() throws {
        let lines = try fixture.lines(csv: "word,depth\na,full\nä,\"b\nc,full\nd,full\n")
        #expect(lines.count == 2)
        #expect(lines.last?.refuses(["3:2:3 the quote that opens here is never closed"]) == true, "\(lines)")
    }

    @Test func `bytes that are no UTF-8 are refused where they are`() throws {
        for (bytes, place) in [
            ([UInt8]("ä,\"b\"\"".utf8) + [0xC3, 0x28, 0x22], "2@3:2:7 depth: is not valid UTF-8"),
            ([0xFF, 0x2C, 0x62], "2@3:1:1 word: is not valid UTF-8"),
            ([0x61, 0xED, 0xA0, 0x80, 0x2C], "2@3:1:2 word: is not valid UTF-8"),
        ] {
            let data = Data("word,depth\na,full\n".utf8) + Data(bytes) + Data("\nb,basic\n".utf8)
            let lines = try fixture.lines(.csv(try fixture.folder.write(data, to: "rows.csv")))
            #expect(lines.count == 3)
            guard case .wrong(let texts)? = lines.dropFirst().first else { return #expect(lines == []) }
            #expect(texts.first?.hasPrefix(place) == true, "\(texts)")
            #expect(!texts.contains { $0.contains("is required") })
            #expect(lines.last == .row(["word": "b", "depth": "basic"]))
        }
    }

    @Test func `UTF-16 is refused with the remedy`() throws {
        let data = Data([0xFF, 0xFE]) + Data("word\na\n".utf8.flatMap { [$0, 0] })
        let lines = try fixture.lines(.csv(try fixture.folder.write(data, to: "rows.csv")))
        #expect(
            lines.first?.refuses(["- \(fixture.folder.path("rows.csv")) is written in UTF-16; save it as UTF-8"])
                == true
        )
    }

    @Test func `a field of 10 MB is fine, one over 16 MiB is refused, and the next row is read`() throws {
        let mega = String(repeating: "x", count: 10_000_000)
        let most = String(repeating: "y", count: 16 << 20)
        let path = try fixture.folder.write("word,name\n\(mega),a\n\"\(most)z\",b\n\(most),c\nd,e\n", to: "rows.csv")
        var reader = try BatchRowReader(.csv(path), variables: fixture.variables, folder: "/")
        let check = try BatchRowCheck(variables: fixture.variables, shared: [])
        var rows: [CheckedRow] = []
        while let row = try reader.next() { rows.append(try check.check(row)) }
        #expect(rows.map(\.name) == ["a", "b", "c", "e"])
        #expect(rows[0].row?.inputs["word"]?.stringValue?.utf8.count == 10_000_000)
        #expect(rows[1].problems.map(\.message.description).first?.hasPrefix("is longer than 16 MiB") == true)
        #expect(rows[1].problems.map(\.character) == [1])
        // Read, but with its quotes too large for a value.
        #expect(rows[2].problems.count == 1 && rows[2].problems[0].message.contains("larger than 16 MiB"))
        #expect(rows[3].row?.inputs == ["word": "d"])
    }

    @Test func `a table that is not there, a folder and a FIFO are each named`() throws {
        #expect(mkfifo(fixture.folder.path("pipe.csv"), 0o644) == 0)
        try FileManager.default.createDirectory(
            atPath: fixture.folder.path("f.csv"),
            withIntermediateDirectories: false
        )
        for (name, words) in [
            ("none.csv", "there is no table at"), ("pipe.csv", "is no regular file"), ("f.csv", "is a folder"),
        ] {
            let lines = try fixture.lines(.csv(fixture.folder.path(name)))
            guard case .ended(let texts)? = lines.first else { return #expect(lines == []) }
            #expect(texts.first?.contains(words) == true)
        }
    }

    @Test func `standard input is sniffed, its relative paths begin at the current folder`() throws {
        try fixture.folder.write("words", to: "doc.txt")
        let path = fixture.folder.path("doc.txt")
        for (text, format) in [
            ("word,doc\na,doc.txt\n", nil), ("{\"word\": \"a\", \"doc\": \"doc.txt\"}\n", nil),
            ("word\tdoc\na\tdoc.txt\n", BatchFormat.tabSeparated),
            ("\u{FEFF}{\"word\": \"a\", \"doc\": \"doc.txt\"}", .jsonLines),
        ] {
            var ends: [Int32] = [0, 0]
            #expect(pipe(&ends) == 0)
            defer { close(ends[0]) }
            #expect(write(ends[1], text, text.utf8.count) == text.utf8.count)
            close(ends[1])
            let lines = try fixture.lines(.standardInput(format), standardInput: ends[0])
            #expect(lines == [.row(["word": "a", "doc": .string(path)])])
        }
    }
}
