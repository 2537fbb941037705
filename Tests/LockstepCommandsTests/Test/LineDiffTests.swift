import LockstepCommands
import Testing

struct LineDiffTests {
    @Test(
        arguments: [
            ("a\nb\nc", "a\nx\nc", ["  a", "- b", "+ x", "  c"]),
            ("a", "a\nb", ["  a", "+ b"]), ("a\n", "a", ["  a", "- "]),
            ("1\n2\n3\n4\n5\n6\n7\n8\n9", "1\n2\n3\n4\n5\n6\n7\n8\n0", ["…", "  7", "  8", "- 9", "+ 0"]),
            ("a\r\nb", "a\nb", ["- a\r", "+ a", "  b"]), ("x\ny", "y\nx", ["- x", "  y", "+ x"]),
        ] as [(String, String, [String])]
    )
    func `Lines that differ are shown with those around them`(expected: String, actual: String, lines: [String]) {
        #expect(LineDiff(expected: expected, actual: actual).lines == lines)
    }

    @Test
    func `Long texts are cut`() {
        let lines = LineDiff(
            expected: (0..<3000).map { "old \($0)" }.joined(separator: "\n"),
            actual: (0..<3000).map { "new \($0)" }.joined(separator: "\n")
        ).lines
        #expect(lines.count == 61)
        #expect(lines.last == "… 5940 more lines")
    }
}
