import LockstepJSON
import Testing

struct JSONParserTests {
    private func error(_ text: String) -> String? {
        error(Array(text.utf8))
    }

    private func error(_ bytes: [UInt8]) -> String? {
        do throws(JSONSyntaxError) {
            _ = try JSONValue(parsing: bytes)
            return nil
        } catch {
            return "\(error.offset): \(error.message)"
        }
    }

    @Test(
        arguments: [
            ("null", .null), ("true", true), (" false ", false), ("0", 0), ("-0", 0), ("-12", -12), ("1.5", 1.5),
            ("1e2", 100.0),
            ("1E-2", 0.01), ("\"\"", ""), ("\"a\\n\\u00e9\\ud83d\\udc32\\/\"", "a\né🐲/"), ("[]", []), ("{}", [:]),
            ("[1,[2],{\"a\":null}]", [1, [2], ["a": .null]]), ("\u{FEFF}1", 1), ("9223372036854775807", .integer(.max)),
            ("-9223372036854775808", .integer(.min)), ("\"\\u0000\"", "\0"),
        ] as [(String, JSONValue)]
    )
    func `A document is read`(text: String, value: JSONValue) throws {
        let read = try JSONValue(parsing: text)
        #expect(read == value)
        #expect(read.kind == value.kind)
    }

    @Test(arguments: [
        ("", "0: the text ends where a value is expected"), ("[1,]", "3: a value cannot begin with ']'"),
        ("{\"a\":1,}", "7: a member name in double quotes is expected here"),
        ("{a:1}", "1: a member name in double quotes is expected here"),
        ("{\"a\" 1}", "5: a colon is expected after the name \"a\""),
        ("[1 2]", "3: a comma or ] is expected here; the array began at byte 0"),
        ("{\"a\":1 2}", "7: a comma or } is expected here; the object began at byte 0"),
        ("1 2", "2: there is more text after the end of the JSON document"),
        ("01", "0: a number must not begin with 0"), ("1.", "2: a digit is expected here"),
        ("1e", "2: a digit is expected here"),
        ("-", "1: a digit is expected here"), ("+1", "0: a value cannot begin with '+'"),
        ("nul", "0: expected null here"),
        ("NaN", "0: a value cannot begin with 'N'"), ("\"a", "0: the string that begins here has no closing quote"),
        ("\"a\nb\"", "2: a string must not hold the byte 0xA; write it as an escape"),
        ("\"\\x\"", "1: \\'x' is not an escape that JSON knows"),
        ("\"\\u12\"", "1: \\u needs four hexadecimal digits"),
        ("\"\\ud800\"", "1: the escape names half a surrogate pair, which is no character"),
        ("// x", "0: a value cannot begin with '/'"),
        ("1e999", "0: the number 1e999 is too large; write it as a string"),
        ("9223372036854775808", "0: the whole number 9223372036854775808 does not fit 64 bits; write it as a string"),
        ("{\"a\":1,\"a\":2}", "7: the name \"a\" comes twice in one object"),
    ])
    func `Broken text is refused with its place`(text: String, message: String) {
        #expect(error(text) == message)
    }

    @Test(
        arguments: [
            [0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0x5C, 0x6E, 0xE2, 0x82, 0x22],
            [0x22, 0xED, 0xA0, 0x80, 0x22],
        ] as [[UInt8]]
    )
    func `A string that is not UTF-8 is refused`(bytes: [UInt8]) {
        #expect(error(bytes) == "0: the string is not valid UTF-8")
    }

    @Test
    func `Two spellings of an accent are two names`() throws {
        let object = try #require(try JSONValue(parsing: "{\"\u{e9}\":1,\"e\u{301}\":2}").objectValue)
        #expect(object.count == 2)
        #expect(object["\u{e9}"] == 1)
        #expect(object["e\u{301}"] == 2)
        #expect(JSONValue.string("\u{e9}") != JSONValue.string("e\u{301}"))
    }

    @Test(.timeLimit(.minutes(10)), arguments: ["[", "{\"a\":", "[{\"b\":"])
    func `Nesting is bounded`(opening: String) throws {
        let levels = { (count: Int) in String(repeating: "[", count: count) + String(repeating: "]", count: count) }
        #expect(error(levels(256)) == nil)
        #expect(error(levels(257)) == "256: values are nested deeper than 256 levels")
        #expect(error(String(repeating: opening, count: 1_000_000))?.hasSuffix("nested deeper than 256 levels") == true)
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: Array("[[]]".utf8), maximumDepth: 1) }
    }

    @Test
    func `The order of members is kept, and does not count for equality`() throws {
        let value = try JSONValue(parsing: #"{"b":1,"a":2}"#)
        #expect(value.objectValue?.names == ["b", "a"])
        #expect(value == ["a": 2, "b": 1])
        #expect(value.hashValue == JSONValue.object(["a": 2, "b": 1]).hashValue)
    }

    @Test
    func `Numbers are equal by value, and large ones exactly`() {
        #expect(JSONValue.integer(1) == .number(1.0))
        #expect(JSONValue.integer(1).hashValue == JSONValue.number(1.0).hashValue)
        #expect(JSONValue.integer(9_007_199_254_740_993) != .number(9_007_199_254_740_992))
        #expect(JSONValue.number(3.0).integerValue == 3)
        #expect(JSONValue.number(3.5).integerValue == nil)
        #expect(JSONValue.number(1e300).integerValue == nil)
    }

    @Test(
        arguments: [
            ("log\n{\"a\":1}\n{\"a\":2}\nbye\n", ["a": 2]), ("{\"a\":\n1}", ["a": 1]), ("x {\"a\":1}", nil), ("", nil),
            ("  [1]\n{broken\n", [1]), ("{\"a\": [\n{\"b\": 1}\n]}\n", ["a": [["b": 1]]]), ("[1] trailing\n", [1]),
            ("5\n\"x\"\n", nil),
            ("{\"unclosed\":\n{\"b\": 1}\n", ["b": 1]),
        ] as [(String, JSONValue?)]
    )
    func `The last document of a noisy stream is found`(text: String, value: JSONValue?) {
        #expect(JSONValue.last(in: Array(text.utf8)) == value)
    }
}
