import LockstepJSON
import LockstepModel
import Testing

struct ValueSchemaDecodingTests {
    private func problems(_ text: String) throws -> [String] {
        let json = try JSONValue(parsing: text)
        return ValueSchema.decode(json, at: JSONPointer(["schema"])).problems.map { "\($0.pointer) \($0.message)" }
    }

    @Test
    func `Every supported keyword is read`() throws {
        let json = try JSONValue(
            parsing: """
                {"type": ["object", "null"], "enum": [1], "const": 1, "minimum": 1, "maximum": 2.5, "exclusiveMinimum": 0,
                 "exclusiveMaximum": 3, "multipleOf": 0.5, "minLength": 1, "maxLength": 2, "pattern": "^a",
                 "items": {"type": "file", "mime_types": ["IMAGE/*"], "max_size": "10MB"}, "minItems": 1, "maxItems": 2.0,
                 "uniqueItems": true, "properties": {"a": false}, "required": ["a"], "additionalProperties": true,
                 "title": "T", "description": "D", "default": null, "examples": [1]}
                """
        )
        let schema = try ValueSchema(decoding: json)
        #expect(schema.types == [.object, .null])
        #expect(schema.enumeration == [1])
        #expect(schema.constant == 1)
        #expect(schema.minimum == 1)
        #expect(schema.maximum == 2.5)
        #expect(schema.exclusiveMinimum == 0)
        #expect(schema.exclusiveMaximum == 3)
        #expect(schema.multipleOf == 0.5)
        #expect(schema.minLength == 1)
        #expect(schema.maxLength == 2)
        #expect(schema.pattern?.source == "^a")
        #expect(schema.items?.value.types == [.file])
        #expect(schema.items?.value.mimeTypes == ["image/*"])
        #expect(schema.items?.value.maxSize == ByteCount(10_000_000))
        #expect(schema.minItems == 1)
        #expect(schema.maxItems == 2)
        #expect(schema.uniqueItems)
        #expect(schema.properties["a"]?.refusesEverything == true)
        #expect(schema.required == ["a"])
        #expect(schema.additionalProperties != nil)
        #expect(schema.title == "T")
        #expect(schema.description == "D")
        #expect(schema.defaultValue == .null)
        #expect(schema.json == json)
    }

    @Test(arguments: [
        (
            #"{"$ref": "x"}"#,
            "/schema/$ref `x` is not part of this schema, and nothing is ever fetched; copy it under `$defs` and write `#/$defs/name`"
        ),
        (#"{"oneOf": []}"#, "/schema/oneOf oneOf must have at least one schema"),
        (##"{"$dynamicRef": "#a"}"##, "/schema/$dynamicRef `$dynamicRef` is not supported; write `$ref`"),
        (#"{"minimun": 1}"#, "/schema/minimun `minimun` is not a keyword of value schemas; did you mean `minimum`?"),
        (#"{"zzz": 1}"#, "/schema/zzz `zzz` is not a keyword of value schemas"),
        (#"{"type": "strin"}"#, "/schema/type there is no type `strin`; did you mean `string`?"),
        (#"{"type": "bool"}"#, "/schema/type there is no type `bool`; did you mean `boolean`?"),
        (#"{"type": ["string", 3]}"#, "/schema/type/1 type must be a name or a list of names; it is 3"),
        (#"{"type": []}"#, "/schema/type type must name at least one type"),
        (#"{"enum": 1}"#, "/schema/enum enum must be a list; it is 1"),
        (#"{"minLength": -1}"#, "/schema/minLength minLength must be a whole number from 0 up; it is -1"),
        (#"{"multipleOf": 0}"#, "/schema/multipleOf multipleOf must be above 0; it is 0"),
        (#"{"uniqueItems": "yes"}"#, #"/schema/uniqueItems uniqueItems must be true or false; it is "yes""#),
        (
            #"{"properties": {"a": {"items": 3}}}"#,
            "/schema/properties/a/items a schema must be an object or a boolean; it is 3"
        ),
        (
            #"{"type": "file", "mime_types": ["pdf"]}"#,
            "/schema/mime_types/0 a MIME type is written as `application/pdf` or `image/*`; it is \"pdf\""
        ),
        (
            #"{"type": "file", "max_size": "big"}"#,
            #"/schema/max_size max_size is written as `512KiB` or `10MB`; it is "big""#
        ),
        (#"{"type": "string", "max_size": 3}"#, "/schema/max_size max_size is for files only; add `type: file`"),
        (#""string""#, #"/schema a schema must be an object or a boolean; it is "string""#),
    ])
    func `What is wrong is said with its place`(text: String, problem: String) throws {
        #expect(try problems(text) == [problem])
    }

    @Test
    func `A pattern that cannot be compiled is a problem`() throws {
        let problems = try problems(#"{"pattern": "("}"#)
        #expect(problems.count == 1)
        #expect(problems[0].hasPrefix("/schema/pattern the pattern cannot be read: missing closing parenthesis"))
    }

    @Test
    func `All problems come at once, in the order of the document`() throws {
        let problems = try problems(#"{"minimum": "a", "items": {"maxItems": "b", "type": "lst"}, "$vocabulary": {}}"#)
        #expect(
            problems.map { $0.prefix { $0 != " " } } == [
                "/schema/minimum", "/schema/items/maxItems", "/schema/items/type", "/schema/$vocabulary",
            ]
        )
        #expect(throws: InvalidSchema.self) { try ValueSchema(decoding: ["minimum": "a"]) }
    }
}
