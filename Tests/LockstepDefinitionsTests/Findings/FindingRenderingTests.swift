import LockstepDefinitions
import LockstepJSON
import Testing

struct FindingRenderingTests {
    private func rendered(_ line: String, column: Int) -> [String] {
        let position = TextPosition(line: 12, column: column)
        let finding = Finding(file: "workflows/x.yaml", position: position, message: "bad", sourceLine: line)
        return finding.rendered.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    @Test
    func `The line stands below the message, a caret below the column`() {
        #expect(
            rendered("    tool: x", column: 11) == [
                "workflows/x.yaml:12:11: error: bad", "        tool: x", "              ^",
            ]
        )
    }

    @Test
    func `A finding on a whole file has no line`() {
        #expect(Finding(file: "a", severity: .warning, message: "odd").rendered == "a: warning: odd")
    }

    @Test
    func `A long line is cut around the column`() {
        let lines = rendered(String(repeating: "a", count: 500) + "B" + String(repeating: "c", count: 500), column: 501)
        #expect(lines[1].count == 4 + 122)
        #expect(Array(lines[1])[lines[2].count - 1] == "B")
        let end = rendered(String(repeating: "a", count: 500), column: 501)
        #expect(end[1].hasSuffix("aaa"))
        #expect(end[2].count == end[1].count + 1)
    }

    @Test
    func `Control characters are made visible and the caret stays`() {
        let lines = rendered("a\u{1b}[31m\tb\u{202e}X", column: 9)
        #expect(lines[1] == "    a␛[31m b\\u{202e}X")
        #expect(Array(lines[1])[lines[2].count - 1] == "\\")
        let finding = Finding(file: "a\u{7}", message: "x\u{1b}y")
        #expect(finding.rendered == "a␇: error: x␛y")
    }

    @Test
    func `As JSON a finding has what is known`() {
        let position = TextPosition(line: 1, column: 2)
        let finding = Finding(file: "a", position: position, message: "m", sourceLine: "l", suggestion: "s")
        #expect(
            finding.json
                == [
                    "file": "a", "line": 1, "column": 2, "severity": "error", "message": "m", "source_line": "l",
                    "suggestion": "s",
                ]
        )
        #expect(Finding(file: "a", message: "m").json == ["file": "a", "severity": "error", "message": "m"])
    }
}
