import LockstepDefinitions
import LockstepJSON
import Testing

struct YAMLSourceTests {
    private func read(_ text: String) -> SourceDocument {
        SourceDocument(file: "x.yaml", bytes: Array(text.utf8))
    }

    private func findings(_ text: String) -> [String] {
        read(text).findings.map(\.head)
    }

    @Test(
        arguments: [
            ("no", "no"), ("on", "on"), ("yes", "yes"), ("y", "y"), ("true", true), ("False", false), ("~", .null),
            ("Null", .null),
            ("010", 10), ("0o14", 12), ("0x1F", 31), ("-7", -7), ("+7", 7), ("0o9", "0o9"), ("1_000", "1_000"),
            ("1.0", 1.0),
            (".5", 0.5), ("5.", 5.0), ("1e3", 1000.0), ("-1.5E-1", -0.15), ("1.0.0", "1.0.0"), ("12:30:45", "12:30:45"),
            ("2024-03-20", "2024-03-20"), ("\"1\"", "1"), ("'true'", "true"), ("!!str 1", "1"), ("! 1", "1"),
            ("!!int 3", 3),
            ("+", "+"), (".", "."), ("e3", "e3"), ("9223372036854775807", .integer(.max)), ("=", "="),
        ] as [(String, JSONValue)]
    )
    func `Scalars follow the core rules of YAML`(text: String, value: JSONValue) {
        let document = read("a: \(text)")
        #expect(document.findings.isEmpty)
        let read = document.root?.json["a"]
        #expect(read == value)
        #expect(read?.kind == value.kind)
    }

    @Test(arguments: [
        (".inf", "infinity is no value here"), ("-.INF", "infinity is no value here"),
        (".nan", "not-a-number is no value here"),
        ("9223372036854775808", "the whole number 9223372036854775808 does not fit 64 bits"),
        ("0xFFFFFFFFFFFFFFFFFF", "the whole number 0xFFFFFFFFFFFFFFFFFF does not fit 64 bits"),
        ("1e999", "the number 1e999 is too large"), ("!!timestamp 2024-01-01", "the tag `!!timestamp` is not part"),
        ("!secret x", "the tag `!secret` is not part"), ("!!int x", "\"x\" is not what its tag `!!int` says"),
        ("!!set {a}", "the tag `!!set` is not part"),
        ("*nothing", "`*nothing` refers to no anchor `&nothing` before it"),
    ])
    func `A scalar that cannot be meant is a finding`(text: String, message: String) {
        let findings = findings("a: \(text)")
        #expect(findings.count == 1)
        #expect(findings.first?.hasPrefix("x.yaml:1:4: error: \(message)") == true, "\(findings)")
    }

    @Test
    func `Every duplicate key of a file is found, byte for byte`() {
        let text = "a: 1\nb: {c: 1, c: 2}\na: 2\n\"\\u00e9\": 1\n\"e\\u0301\": 2\n"
        #expect(
            findings(text) == [
                "x.yaml:2:11: error: the key `c` comes twice; the first one is in line 2",
                "x.yaml:3:1: error: the key `a` comes twice; the first one is in line 1",
            ]
        )
    }

    @Test
    func `A duplicate among many keys is found as well`() {
        let lines = (1...100).map { "k\($0): 1\n" }.joined()
        #expect(
            findings(lines + "k3: 2\nk99: 2\nk3: 3\n") == [
                "x.yaml:101:1: error: the key `k3` comes twice; the first one is in line 3",
                "x.yaml:102:1: error: the key `k99` comes twice; the first one is in line 99",
                "x.yaml:103:1: error: the key `k3` comes twice; the first one is in line 3",
            ]
        )
        #expect(read(lines + "k3: 2\n").root?.json["k3"] == 1)
    }

    @Test
    func `Merge keys and keys that are no names are findings, and reading goes on`() {
        let text = "a: &a {x: 1}\nb:\n  <<: *a\n  y: 1\n? [1]\n: 2\nc: 3\n"
        let document = read(text)
        #expect(
            document.findings.map(\.head) == [
                "x.yaml:3:3: error: merge keys (`<<`) are not part of YAML 1.2; write the members out",
                "x.yaml:5:3: error: a key must be a plain name, not a list or a mapping",
            ]
        )
        #expect(document.root?.json["c"] == 3)
    }

    @Test
    func `An alias is the value of its anchor at its own place`() throws {
        let document = read("a: &x [1, 2]\nb: *x\n")
        #expect(document.findings.isEmpty)
        #expect(document.root?.json == ["a": [1, 2], "b": [1, 2]])
        #expect(document.root?.position(of: JSONPointer(["b"])) == TextPosition(line: 2, column: 4))
    }

    @Test
    func `Places are lines and columns of characters`() throws {
        let root = try #require(read("größe: 1\nliste:\n  - ä: x\n    b: y\n").root)
        #expect(root.position(of: JSONPointer(["größe"])) == TextPosition(line: 1, column: 8))
        #expect(root.position(of: JSONPointer(["liste", "0", "b"])) == TextPosition(line: 4, column: 8))
        #expect(root.position(of: JSONPointer(["liste", "0", "b"]), name: true) == TextPosition(line: 4, column: 5))
        #expect(root.position(of: JSONPointer(["liste", "0", "missing"])) == TextPosition(line: 3, column: 5))
    }

    @Test(arguments: [
        ("", "x.yaml:1:1: error: the file is empty"),
        ("# only\n# comments\n", "x.yaml:1:1: error: the file holds nothing but comments"),
        ("a: 1\n---\nb: 2\n", "x.yaml:2:1: error: a second document begins here; a file holds one definition"),
        (
            "a: [1\nb: 2\n",
            "x.yaml:2:2: error: this is not YAML: did not find expected ',' or ']', while parsing a flow sequence that began in line 1"
        ),
        ("a: b: c\n", "x.yaml:1:5: error: this is not YAML: mapping values are not allowed in this context"),
        (
            "a: 1\n\tb: 2\n",
            "x.yaml:2:1: error: this is not YAML: found a tab character that violates indentation, while scanning a plain scalar that began in line 1"
        ),
        (
            "a: \"open\n",
            "x.yaml:2:1: error: this is not YAML: found unexpected end of stream, while scanning a quoted scalar that began in line 1"
        ),
        ("a: 1\0\n", "x.yaml:1:5: error: the file holds a NUL byte; save it as UTF-8 text"),
    ])
    func `What is no YAML is said with its place`(text: String, finding: String) {
        #expect(findings(text) == [finding])
    }

    @Test
    func `Text that is not UTF-8 is refused with its place`() {
        let document = SourceDocument(file: "x.yaml", bytes: Array("a: 1\nb: ä".utf8) + [0xFF, 0x20])
        #expect(
            document.findings.map(\.head) == ["x.yaml:2:5: error: the text is not valid UTF-8; save the file as UTF-8"]
        )
        let cut = SourceDocument(file: "x.yaml", bytes: Array("a: ä".utf8.dropLast()))
        #expect(cut.findings.map(\.head) == ["x.yaml:1:4: error: the text is not valid UTF-8; save the file as UTF-8"])
    }

    @Test
    func `Sixty-four levels are read, sixty-five are not`() {
        let deep = { (levels: Int) in String(repeating: "[", count: levels) + String(repeating: "]", count: levels) }
        #expect(findings(deep(64)).isEmpty)
        #expect(findings(deep(65)) == ["x.yaml:1:65: error: values are nested deeper than 64 levels"])
    }

    @Test(
        .timeLimit(.minutes(10)),
        arguments: ["[", "{", "- ", "? ", "{a: ", "[{", "? - ", "&a [", "!!seq [", "[\n", "\"a\": {", "? {", "['a', "]
    )
    func `Two hundred thousand openings are refused at once`(opening: String) {
        let text = String(repeating: opening, count: 200_000)
        let findings = findings(String(text.prefix(SourceFile.maximumSize)))
        // Whoever reads on behind the depth that is refused needs minutes here, which the time limit ends.
        #expect(findings.count == 1)
    }

    @Test(.timeLimit(.minutes(10)))
    func `Openings one deeper a line are refused at once`() {
        let text = (0..<1000).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
        #expect(findings(text).last?.hasSuffix("values are nested deeper than 64 levels") == true)
    }

    @Test(.timeLimit(.minutes(10)), arguments: [false, true])
    func `A bomb of aliases is refused at once, as values and as keys`(asKeys: Bool) {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...30 {
            let alias = "*a\(level - 1)"
            let items = Array(repeating: alias, count: 10).joined(separator: ", ")
            text += asKeys ? "? &a\(level) [\(items)]\n: 1\n" : "a\(level): &a\(level) [\(items)]\n"
        }
        let findings = findings(text)
        #expect(findings.last?.contains("aliases stand for more than 10000 values") == true, "\(findings)")
    }

    @Test
    func `Aliases cannot nest deeper than values may`() {
        var text = "a0: &a0 [x]\n"
        for level in 1...80 { text += "a\(level): &a\(level) [*a\(level - 1)]\n" }
        #expect(findings(text).last?.hasSuffix("values are nested deeper than 64 levels") == true)
    }
}
