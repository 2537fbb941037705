import LockstepCommands
import Testing

struct ParagraphTests {
    @Test(arguments: [20, 40, 79])
    func `No line is wider than the terminal`(width: Int) {
        let text = String(repeating: "word 漢字 longer-word ", count: 20)
        for line in Paragraph.wrap(text, width: width, indent: 2).split(separator: "\n") {
            #expect(line.displayWidth <= width)
        }
    }

    @Test
    func `Lines of the text stay lines and keep their indentation`() {
        #expect(Paragraph.wrap("one two three\n  four five six", width: 9) == "one two\nthree\n  four\n  five\n  six")
    }

    @Test
    func `A path that is wider than the terminal is left whole`() {
        #expect(Paragraph.wrap("see /a/very/long/path now", width: 10) == "see\n/a/very/long/path\nnow")
    }

    @Test
    func `Nothing is wrapped where no width is known`() {
        let text = String(repeating: "word ", count: 100)
        #expect(Paragraph.wrap(text, width: nil) == text)
    }
}
