import LockstepJSON
import LockstepModel
import Testing

struct ValueSchemaValidationTests {
    private func violations(_ schema: String, _ value: JSONValue) throws -> [String] {
        let schema = try ValueSchema(decoding: try JSONValue(parsing: schema))
        return schema.violations(in: value).map { "\($0.pointer)|\($0.message)" }
    }

    @Test(arguments: [
        (
            #"{"enum": ["basic", "detailed", "comprehensive"]}"#, "\"deep\"",
            "must be one of basic, detailed, comprehensive; it is deep"
        ),
        (#"{"const": 3}"#, "4", "must be 3; it is 4"),
        (#"{"type": "integer"}"#, "1.5", "must be an integer; it is 1.5"),
        (#"{"type": ["string", "null"]}"#, "true", "must be null or a string; it is true"),
        (#"{"type": "file"}"#, "\"a.pdf\"", "must be a file; it is \"a.pdf\""),
        (#"{"minimum": 1}"#, "0", "must be at least 1; it is 0"),
        (#"{"maximum": 1.5}"#, "2", "must be at most 1.5; it is 2"),
        (#"{"exclusiveMinimum": 1}"#, "1", "must be above 1; it is 1"),
        (#"{"exclusiveMaximum": 1}"#, "1.0", "must be below 1; it is 1.0"),
        (#"{"multipleOf": 0.01}"#, "0.005", "must be a multiple of 0.01; it is 0.005"),
        (#"{"minLength": 2}"#, "\"🐲\"", "must have at least 2 characters; it has 1"),
        (#"{"maxLength": 1}"#, "\"e\u{301}\"", "must have at most 1 character; it has 2"),
        (#"{"pattern": "^a"}"#, "\"b\"", "must match the pattern ^a; it is \"b\""),
        (#"{"minItems": 1}"#, "[]", "must have at least 1 item; it has 0"),
        (#"{"maxItems": 1}"#, "[1,2]", "must have at most 1 item; it has 2"),
        (#"{"required": ["a"]}"#, "{}", "must have `a`"),
        ("false", "1", "is not allowed; it is 1"),
    ])
    func `A violation says what must be and what is`(schema: String, value: String, message: String) throws {
        #expect(try violations(schema, try JSONValue(parsing: value)) == ["|" + message])
    }

    @Test
    func `Violations inside a value carry pointers and all come at once`() throws {
        let schema = """
            {"type": "object", "required": ["b"], "additionalProperties": false,
             "properties": {"pages": {"items": {"type": "integer"}, "uniqueItems": true}}}
            """
        let value = try JSONValue(parsing: #"{"pages": [1, "x", 1.0], "page": 1}"#)
        #expect(
            try violations(schema, value) == [
                "|must have `b`",
                "/pages/2|must not repeat an item; 1.0 comes twice",
                "/pages/1|must be an integer; it is \"x\"",
                "/page|is not a member it may have; did you mean `pages`?",
            ]
        )
    }

    @Test
    func `A million bad items give a hundred violations`() throws {
        let value = JSONValue.array(Array(repeating: "x", count: 1_000_000))
        #expect(try violations(#"{"items": {"type": "integer"}}"#, value).count == 100)
    }

    @Test
    func `A pattern that takes too long is a violation`() throws {
        let value = JSONValue.string(String(repeating: "a", count: 40) + "!")
        #expect(
            try violations(#"{"pattern": "^(a+)+$"}"#, value)
                == ["|cannot be checked against the pattern ^(a+)+$: the search takes too long on this text"]
        )
    }

    @Test(
        arguments: [
            (["application/pdf"], "text/plain", "must be application/pdf; report.txt is text/plain"),
            (
                ["application/pdf", "image/*"], "text/plain",
                "must be one of application/pdf, image/*; report.txt is text/plain"
            ),
            (["image/*"], "image/png", nil), (["*/*"], "a/b", nil), (["Text/Plain"], "text/plain; charset=utf-8", nil),
        ] as [([String], String, String?)]
    )
    func `The MIME type of a file is checked`(types: [String], type: String, message: String?) throws {
        let file = FileValue(assetID: AssetID("file_1"), name: "report.txt", mimeType: type, size: 10, sha256: "00")
        let schema = try ValueSchema(
            decoding: ["type": "file", "mime_types": .array(types.map { .string($0) })]
        )
        #expect(schema.violations(in: file.json).map(\.message) == (message.map { [$0] } ?? []))
    }

    @Test
    func `The size of a file is checked`() throws {
        let file = FileValue(
            assetID: AssetID("file_1"),
            name: "a.pdf",
            mimeType: "application/pdf",
            size: 3 << 20,
            sha256: "00"
        )
        let schema = try ValueSchema(decoding: ["type": "file", "max_size": "2MiB"])
        #expect(schema.violations(in: file.json).map(\.message) == ["must be at most 2 MiB; a.pdf is 3 MiB"])
    }
}
