import Foundation
import LockstepEngine
import LockstepJSON
import LockstepModel
import LockstepTestSupport
import Testing

struct JSONLineRowsTests {
    private let fixture: RowFixture

    init() throws {
        fixture = try RowFixture()
    }

    @Test func `each line is a row, and empty lines are none`() throws {
        let text =
            "\u{FEFF}\n{\"word\": \"a\", \"how_many\": 2, \"name\": \"first\"}\r\n  \r\n{\"tags\": [\"x\"], \"word\": \"7\"}\n{\"word\":\"c\"}"
        #expect(
            try fixture.lines(jsonLines: text) == [
                .row(["word": "a", "count": 2], name: "first"), .row(["word": "7", "tags": ["x"]]), .row(["word": "c"]),
            ]
        )
    }

    @Test(arguments: [
        ("[1, 2]", ["2@3:-:1 -: must be one JSON object of inputs by name; it is the list [1,2]"]),
        ("  7", ["2@3:-:3 -: must be one JSON object"]),
        ("{\"word\": \"ä\", \"word\": 1}", ["2@3:-:15 -: is not JSON: the name \"word\" comes twice"]),
        ("{\"word\": {\"a\": 1, \"a\": 2}}", ["2@3:-:19 -: is not JSON: the name \"a\" comes twice"]),
        (
            "{\"word\": ",
            ["2@3:-:10 -: is not JSON: the text ends where a value is expected; a row is one JSON object on a line"]
        ),
        ("{\"word\": 'a'}", ["2@3:-:10 -: is not JSON: a value cannot begin with"]),
        ("{\"word\": \"a\"} {}", ["2@3:-:15 -: is not JSON: there is more text"]),
        ("{\"word\": \"a\0b\"}", ["2@3:-:12 -: is not JSON: a string must not hold the byte 0x0"]),
        (
            "{\"wrod\": \"ä\", \"how_many\": 0}",
            [
                "2@3:-:10 wrod: is no input of this workflow; did you mean word?", "2@3:-:1 word: is required",
                "2@3:-:27 count: ",
            ]
        ),
        ("{\"word\": \"a\", \"name\": 7}", ["2@3:-:23 name: must be a text"]),
        ("{\"word\": 5, \"depth\": null}", ["2@3:-:10 word: must be", "2@3:-:22 depth: "]),
    ])
    func `a line that is wrong is refused with its place, and the next one is read`(
        _ line: String,
        _ findings: [String]
    ) throws {
        let lines = try fixture.lines(jsonLines: "{\"word\": \"before\"}\n\n\(line)\n{\"word\": \"after\"}\n")
        #expect(lines.count == 3)
        #expect(
            lines.dropFirst().first?.refuses(findings.map { $0.replacing("2@3:-:1 word", with: "2@3:-:- word") })
                == true,
            "\(lines)"
        )
        #expect(lines.last == .row(["word": "after"]))
    }

    @Test func `of a line of many unknown names the first hundred are told`() throws {
        let members = (0..<20_000).map { "\"é\($0)\":0" }.joined(separator: ",")
        let lines = try fixture.lines(jsonLines: "{\(members)}\n{\"word\": \"a\"}\n")
        guard case .wrong(let texts) = lines.first else { return #expect(lines == []) }
        #expect(texts.count == 102)
        #expect(texts[0].hasPrefix("1@1:-:7 é0: is no input"), "\(texts[0])")
        #expect(texts[99].hasPrefix("1@1:-:790 é99: is no input"), "\(texts[99])")
        #expect(texts[100].contains("has 20000 names that are no input; the first 100 are shown"), "\(texts[100])")
        #expect(lines.last == .row(["word": "a"]))
    }

    @Test(arguments: [
        ("a\\u0000b", "holds a NUL"), (String(repeating: "é", count: 501), "is longer than 1000 bytes"),
    ])
    func `a row's name is short and without NUL`(_ name: String, _ words: String) throws {
        let lines = try fixture.lines(jsonLines: "{\"word\": \"a\", \"name\": \"\(name)\"}\n")
        #expect(lines.first?.refuses(["1@1:-:23 name: \(words)"]) == true, "\(lines)")
    }

    @Test func `a list in place of lines is refused with the remedy`() throws {
        let lines = try fixture.lines(jsonLines: "[{\"word\": \"a\"}]\n")
        #expect(
            lines.first?.refuses(["1@1:-:1 -: must be one JSON object of inputs by name, without a list around them"])
                == true
        )
    }

    @Test func `nesting has a bound`() throws {
        let deep = String(repeating: "[", count: 300) + String(repeating: "]", count: 300)
        let lines = try fixture.lines(jsonLines: "{\"word\": \(deep)}\n{\"word\": \"a\"}\n")
        #expect(
            lines.first?.refuses(["1@1:-:265 -: is not JSON: values are nested deeper than 256 levels"]) == true,
            "\(lines)"
        )
        #expect(lines.last == .row(["word": "a"]))
    }

    @Test func `bytes that are no UTF-8 are refused`() throws {
        let data = Data("{\"word\": \"ä".utf8) + Data([0xFF]) + Data("\"}\n{\"word\": \"a\"}\n".utf8)
        let lines = try fixture.lines(.jsonLines(try fixture.folder.write(data, to: "rows.jsonl")))
        #expect(lines.first?.refuses(["1@1:-:10 -: is not JSON: the string is not valid UTF-8"]) == true, "\(lines)")
        #expect(lines.last == .row(["word": "a"]))
    }

    @Test(arguments: ["", "\n \n\t\r\n", "\u{FEFF}"])
    func `a file without rows is refused`(_ text: String) throws {
        let lines = try fixture.lines(jsonLines: text)
        guard lines.count == 1, case .ended(let texts) = lines[0] else { return #expect(lines == []) }
        #expect(texts[0].contains("write one JSON object a line"))
    }

    @Test func `a line over 64 MiB is refused, and the next one is read`() throws {
        let long = Data(repeating: UInt8(ascii: " "), count: (64 << 20) + 1)
        let path = try fixture.folder.write(long + Data("{}\n{\"word\": \"a\"}\n".utf8), to: "rows.jsonl")
        let lines = try fixture.lines(.jsonLines(path))
        #expect(lines.first?.refuses(["1@1:-:1 -: is longer than 64 MiB"]) == true)
        #expect(lines.last == .row(["word": "a"]))
    }
}
