import LockstepCommands
import LockstepDefinitions
import LockstepJSON
import Testing

struct FindingTextTests {
    private func finding(line: String, column: Int, message: String = "no variable `dox`; did you mean `docs`?")
        -> Finding
    {
        Finding(
            file: "workflows/a.yaml",
            position: TextPosition(line: 7, column: column),
            message: message,
            sourceLine: line,
            suggestion: "docs"
        )
    }

    @Test
    func `A finding shows the place, the line and a caret below the column`() {
        let text = FindingText.render(finding(line: "  text: dox", column: 9), painter: .plain, width: nil)
        #expect(
            text == """
                workflows/a.yaml:7:9: error: no variable `dox`; did you mean `docs`?
                      text: dox
                            ^

                """
        )
    }

    @Test
    func `The caret stands right below wide characters`() {
        let text = FindingText.render(finding(line: "漢字: dox", column: 5), painter: .plain, width: 80)
        #expect(text.split(separator: "\n").last == "          ^")
    }

    @Test(arguments: [1, 50, 300, 400])
    func `A long line is cut around the column and stays within the terminal`(column: Int) {
        let long = String(repeating: "x", count: 400)
        let text = FindingText.render(finding(line: long, column: column), painter: .plain, width: 80)
        let lines = text.split(separator: "\n")
        #expect(lines.allSatisfy { $0.displayWidth <= 80 })
        #expect(lines.last?.last == "^")
    }
}
