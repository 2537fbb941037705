import LockstepCommands
import Testing

struct BatchResultsTableTests {
    @Test(arguments: [
        ("plain", "plain\n"), ("a,b", "\"a,b\"\n"), ("a\"b", "\"a\"\"b\"\n"), ("a\"\u{301}b", "\"a\"\"\u{301}b\"\n"),
        ("a\r\nb", "\"a\r\nb\"\n"), (" \u{301}", "\" \u{301}\"\n"),
    ])
    func `A CSV field is quoted where it must be`(_ cell: String, _ line: String) {
        #expect(BatchResultsTable.csv([cell]).unicodeScalars.elementsEqual(line.unicodeScalars))
    }

    @Test(arguments: [
        ("a|b", "a\\|b"), ("a|\u{301}b", "a\\|\u{301}b"), ("a\\\u{301}", "a\\\\\u{301}"),
        ("a\r\nb\nc\rd\n\u{301}e", "a<br>b<br>c<br>d<br>\u{301}e"),
    ])
    func `A Markdown cell stays in its cell`(_ cell: String, _ text: String) {
        #expect(BatchResultsTable.markdown([cell]).unicodeScalars.elementsEqual("| \(text) |\n".unicodeScalars))
    }
}
