import LockstepJSON
import Testing

@testable import LockstepDefinitions

struct YAMLWriterTests {
    private func read(_ text: String) throws -> JSONValue {
        let document = SourceDocument(file: "t.yaml", bytes: Array(text.utf8))
        #expect(document.findings.isEmpty, "\(document.findings.map(\.rendered))\n\(text)")
        return try #require(document.root?.json)
    }

    static let texts = [
        "", " ", "plain", "two words", "true", "no", "Yes", "off", "null", "~", "1", "1.5", "1e3", ".5", "0x1F", "-",
        "- a", "-x",
        "a: b", "a:b", "a #b", "#a", "&a", "*a", "!a", "[a", "{a", "}", "a, b", "%a", "@a", "`a", "'a'", "\"a\"", "\\n",
        "a\\",
        "line\nbreak", "line\nbreak\n", "two\n\nbreaks", "\nfirst", "last \nspace", " lead\ning", "tab\there",
        "tab\n\there",
        "\u{1B}[31m", "\u{7F}", "\u{85}", "\u{2028}", "\u{FEFF}x", "zażółć", "😀", "${x}", "$${x}", "a=b", "---", "...",
        "? a",
        "| a", "> a", "=", "<<", "y", "\r\n", "a\r\nb", "ends:", "/step/a-b_c.txt", "trailing ", "1.0.0", "2026-11-21",
        "12:30:45",
    ]

    @Test(arguments: texts)
    func `Every text is read back as it was, wherever it stands`(_ text: String) throws {
        let value: JSONValue = [
            "member": .string(text), "list": [.string(text), ["inner": .string(text)], [.string(text)]],
            "named": .object(JSONObject([(text, .string(text))])), "last": .string(text),
        ]
        #expect(try read(YAMLWriter.text(value)) == value, "\(YAMLWriter.text(value))")
    }

    @Test
    func `Every kind of value is read back as it was`() throws {
        let long = JSONValue.array((0..<60).map { .string("item \($0)") })
        let value: JSONValue = [
            "null": .null, "flags": [true, false], "whole": 9_223_372_036_854_775_807, "least": -5, "number": 2.5,
            "small": 1e-7, "large": 1e300, "round": 3.0, "empty": [:], "none": [], "long": long,
            "deep": ["a": ["b": ["c": ["d": long, "e": [[["f"]]]]]]], "lists": [[], [[]], [[:]], long],
            "text": "one\ntwo", "inside": [["text": "one\ntwo"], "x\ny"],
        ]
        let text = YAMLWriter.text(value)
        #expect(try read(text) == value, "\(text)")
        #expect(JSONWriter.text(try read(text)) == JSONWriter.text(value))
    }

    @Test(arguments: [JSONValue.null, "a", [], [:], [1, 2], "a\nb", 4])
    func `A document need not be an object`(_ value: JSONValue) throws {
        #expect(try read(YAMLWriter.text(value)) == value)
    }
}
