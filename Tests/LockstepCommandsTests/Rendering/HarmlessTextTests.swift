import LockstepCommands
import Testing

struct HarmlessTextTests {
    @Test(arguments: [
        ("\u{1B}[31mred\u{1B}[0m", "^[[31mred^[[0m"), ("a\nb\tc\rd", "a b c d"), ("bell\u{7}", "bell^G"),
        ("del\u{7F}", "del^?"), ("csi\u{9B}2J", "csi\u{FFFD}2J"), ("abc\u{202E}def", "abcdef"), ("漢字 ok", "漢字 ok"),
    ])
    func `What could steer a terminal becomes visible`(text: String, shown: String) {
        #expect(text.onOneLine == shown)
    }

    @Test
    func `Logs keep their lines and tabs`() {
        #expect("a\n\tb\u{1B}[2J\r\n".harmlessLines == "a\n\tb^[[2J^M\n")
    }
}
