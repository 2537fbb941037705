import LockstepJSON
import LockstepModel
import Testing

struct JSONValueNumbersTests {
    private func accepts(_ schema: String, _ value: String) throws -> Bool {
        try ValueSchema(decoding: JSONValue(parsing: schema)).accepts(JSONValue(parsing: value))
    }

    @Test(arguments: [
        (#"{"minimum": 9007199254740993}"#, "9007199254740992", false),
        (#"{"minimum": 9007199254740993}"#, "9007199254740993", true),
        (#"{"maximum": 9223372036854775806}"#, "9223372036854775807", false),
        (#"{"exclusiveMaximum": 9223372036854775807}"#, "9223372036854775806", true),
        (#"{"exclusiveMinimum": 9007199254740992.0}"#, "9007199254740993", true),
        (#"{"exclusiveMinimum": -9223372036854775808}"#, "-9223372036854775807", true),
        (#"{"maximum": 9223372036854775807}"#, "9.3e18", false),
        (#"{"minimum": -9223372036854775808}"#, "-1e300", false),
        (#"{"minimum": 1e300}"#, "9223372036854775807", false),
        (#"{"minimum": 9007199254740996.0}"#, "9007199254740995", false), (#"{"minimum": 1.5}"#, "1", false),
        (#"{"minimum": -1.5}"#, "-1", true), (#"{"exclusiveMinimum": 1.0}"#, "1", false),
        (#"{"multipleOf": 3}"#, "9007199254740993", true), (#"{"multipleOf": 2}"#, "9007199254740993", false),
        (#"{"multipleOf": 0.5}"#, "9223372036854775807", true), (#"{"multipleOf": 0.4}"#, "9223372036854775807", false),
        (#"{"multipleOf": 0.01}"#, "4.35", true), (#"{"multipleOf": 0.01}"#, "4.351", false),
        (#"{"multipleOf": 0.1}"#, "1e22", true), (#"{"multipleOf": 7}"#, "1e22", false),
        (#"{"multipleOf": 1e-300}"#, "1e300", true), (#"{"multipleOf": 1e300}"#, "3e300", true),
        (#"{"multipleOf": 1e300}"#, "1", false), (#"{"multipleOf": 1e300}"#, "0", true),
        (#"{"multipleOf": 2}"#, "-4", true), (#"{"multipleOf": 2}"#, "-9223372036854775808", true),
        (#"{"const": 9007199254740993}"#, "9007199254740992", false),
        (#"{"enum": [9007199254740993]}"#, "9007199254740993.0", false), (#"{"type": "integer"}"#, "1e300", true),
    ])
    func `Numbers are compared without rounding`(schema: String, value: String, fits: Bool) throws {
        #expect(try accepts(schema, value) == fits)
    }

    @Test(arguments: [#"{"maximum": 1e400}"#, #"{"minimum": 9223372036854775808}"#, #"{"const": -1e999}"#])
    func `A number that cannot be kept exactly enough is refused where it is read`(text: String) {
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: text) }
    }

    @Test
    func `A count may be larger than any list`() throws {
        #expect(try accepts(#"{"maxItems": 1e300, "minItems": 0.0}"#, "[1]"))
        #expect(try !accepts(#"{"minLength": 1e19}"#, #""a""#))
    }
}
