import LockstepJSON
import Testing

struct JSONWriterTests {
    private let value: JSONValue = ["b": [1, 2.5, true, .null], "a": ["x": [:], "y": []], "ä": "\"\\\n\u{1}é🐲\u{7f}"]

    @Test
    func `Compact text is one line in the order of the members`() {
        #expect(
            JSONWriter.text(value)
                == #"{"b":[1,2.5,true,null],"a":{"x":{},"y":[]},"ä":"\"\\\n\u0001é🐲\u007f"}"#
        )
    }

    @Test
    func `Pretty text has one member a line`() {
        #expect(
            JSONWriter.text(["a": [1, ["b": 2]], "c": []], style: .pretty) == """
                {
                  "a": [
                    1,
                    {
                      "b": 2
                    }
                  ],
                  "c": []
                }
                """
        )
    }

    @Test
    func `Canonical text sorts by bytes at every level`() {
        #expect(
            JSONWriter.text(["b": 1, "a": ["z": 1, "Z": 2], "\u{10000}": 0, "\u{ffff}": 0], style: .canonical)
                == "{\"a\":{\"Z\":2,\"z\":1},\"b\":1,\"\u{ffff}\":0,\"\u{10000}\":0}"
        )
    }

    @Test(
        arguments: [
            (.integer(.max), "9223372036854775807"), (.integer(.min), "-9223372036854775808"), (1.0, "1.0"),
            (-0.0, "-0.0"),
            (0.1, "0.1"), (1e300, "1e+300"), (.number(.infinity), "null"), (.number(.nan), "null"),
        ] as [(JSONValue, String)]
    )
    func `Numbers keep their kind and every digit`(value: JSONValue, text: String) {
        #expect(JSONWriter.text(value) == text)
    }

    @Test(arguments: [JSONWriter.Style.compact, .pretty, .canonical])
    func `What is written is read back the same`(style: JSONWriter.Style) throws {
        let read = try JSONValue(parsing: JSONWriter.bytes(value, style: style))
        #expect(read == value)
        for number in [
            0.1 + 0.2, Double.leastNonzeroMagnitude, Double.greatestFiniteMagnitude, 123456789.125, -2.5e-10,
        ] {
            #expect(try JSONValue(parsing: JSONWriter.bytes(.number(number), style: style)) == .number(number))
        }
    }

    @Test func `What a person reads steers no terminal and means the same`() throws {
        let text = JSONValue.string("a\u{9B}2J\u{1B}\u{202E}\"\\é\u{7F}")
        #expect(
            JSONWriter.text(text, style: .pretty) == #""a\u009b2J\u001b\u202e\"\\é\u007f""#
        )
        #expect(try JSONValue(parsing: JSONWriter.bytes(text, style: .pretty)) == text)
        #expect(JSONWriter.text(text, style: .canonical).contains("\u{9B}"))
    }
}
