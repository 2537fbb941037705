import LockstepCommands
import Testing

struct DisplayWidthTests {
    @Test(arguments: [
        ("plain", 5), ("naïve", 5), ("e\u{301}", 1), ("漢字", 4), ("한글", 4), ("ｆｕｌｌ", 8), ("🙂", 2), ("👩‍👩‍👧", 2), ("❤️", 2),
        ("\u{200B}", 0), ("…", 1), ("", 0), ("▶✓✗", 3),
    ])
    func `A text is as wide as a terminal draws it`(text: String, width: Int) {
        #expect(text.displayWidth == width)
    }

    @Test(arguments: 0...12)
    func `A cut text never takes more columns than it has`(width: Int) {
        for text in ["漢字漢字漢字漢字", "abcdefghijklmnop", "e\u{301}漢a漢b🙂🙂🙂🙂"] {
            #expect(text.cut(to: width).displayWidth <= width)
        }
    }

    @Test
    func `A text that fits is left alone and one that does not ends in an ellipsis`() {
        #expect("abc".cut(to: 3) == "abc")
        #expect("abcd".cut(to: 3) == "ab…")
        #expect("漢字漢".cut(to: 4) == "漢…")
    }

    @Test
    func `Padding counts columns and not characters`() {
        #expect("漢".padded(to: 4) == "漢  ")
        #expect("漢".padded(to: 4, .right) == "  漢")
        #expect("abc".padded(to: 2) == "abc")
    }
}
