import LockstepModel
import Testing

struct PatternTests {
    @Test
    func `A pattern is found anywhere in the text`() throws {
        #expect(try Pattern("b+").firstMatch(in: "aabbcc")?.text == "bb")
        #expect(try Pattern("^b").firstMatch(in: "aabbcc") == nil)
        #expect(try Pattern("^$").firstMatch(in: "") != nil)
        #expect(try Pattern("x").firstMatch(in: "") == nil)
    }

    @Test
    func `Named groups that took part have their text`() throws {
        let pattern = try Pattern(#"page (?<current>\d+) of (?<total>\d+)|(?<percent>\d+)%"#)
        let pages = try #require(try pattern.firstMatch(in: "now page 3 of 10"))
        #expect(pages["current"] == "3")
        #expect(pages["total"] == "10")
        #expect(pages["percent"] == nil)
        #expect(try pattern.firstMatch(in: "done 42%")?["percent"] == "42")
    }

    @Test
    func `Classes and the dot know Unicode`() throws {
        #expect(try Pattern(#"^\w+$"#).firstMatch(in: "größe") != nil)
        #expect(try Pattern("^.$").firstMatch(in: "🐲") != nil)
        #expect(try Pattern(#"^\p{Letter}+$"#.replacing("Letter", with: "L")).firstMatch(in: "π") != nil)
        #expect(try Pattern(#"^\u00e9$"#).firstMatch(in: "\u{e9}") != nil)
    }

    @Test
    func `A dollar sign does not stand before a final line break`() throws {
        #expect(try Pattern("^abc$").firstMatch(in: "abc\n") == nil)
    }

    @Test(arguments: ["(", "[a", "a{2,1}", #"\C"#, "(?<n>a)(?<n>b)", String(repeating: "(", count: 5000)])
    func `A pattern that cannot be compiled is refused with a place`(source: String) {
        let error = #expect(throws: PatternError.self) { try Pattern(source) }
        guard case .invalid(let message, let offset) = error else {
            Issue.record("not the error of an invalid pattern")
            return
        }
        #expect(!message.isEmpty)
        #expect((0...source.utf8.count).contains(offset))
    }

    @Test(
        .timeLimit(.minutes(10)),
        arguments: [
            ("^(a+)+$", "a", 40), ("(a*)*[bc]", "a", 5000), ("a*[bc]", "a", 1 << 20),
            ("(?:(?=a*+c)|a)*[bc]", "a", 1 << 20), ("[ab]{65535}", String(repeating: "a", count: 60_000) + "\n", 20),
            (#"(a*+)\1[bc]"#, "a", 1 << 20), ("^(?:(?:a|b)*c)*d|[xy]", "ab", 1 << 19),
        ]
    )
    func `A search that would take too long is given up`(source: String, unit: String, count: Int) throws {
        let pattern = try Pattern(source)
        let text = String(repeating: unit, count: count) + "!"
        // The error is the proof: without the bound these searches go on for hours or find nothing.
        #expect(throws: PatternError.tooComplex) { try pattern.firstMatch(in: text) }
    }

    @Test
    func `A long text is searched to its end`() throws {
        let text = String(repeating: "lorem ipsum ", count: 100_000) + "end"
        #expect(try Pattern("^[a-z ]+$").firstMatch(in: text) != nil)
        #expect(try Pattern("e[n]d$").firstMatch(in: text) != nil)
    }

    @Test
    func `Many tasks may search with one pattern at a time`() async throws {
        let pattern = try Pattern("(?<number>[0-9]+)")
        let all = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<200 {
                group.addTask { try pattern.firstMatch(in: "item \(number)!")?["number"] == "\(number)" }
            }
            return try await group.reduce(true) { $0 && $1 }
        }
        #expect(all)
    }

    @Test
    func `Patterns are equal when their sources are, byte for byte`() throws {
        #expect(try Pattern("a+") == Pattern("a+"))
        #expect(try Pattern("\u{e9}") != Pattern("e\u{301}"))
    }
}
