import LockstepJSON
import LockstepModel
import Testing

struct SchemaReferencesTests {
    private func problems(_ text: String) throws -> [String] {
        ValueSchema.decode(try JSONValue(parsing: text), at: JSONPointer(["s"])).problems
            .map { "\($0.pointer) \($0.message)" }
    }

    @Test
    func `A schema may use itself as long as the value goes deeper`() throws {
        let tree = """
            {"type": "object", "required": ["name"], "additionalProperties": false, "properties":
             {"name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#"}}}}
            """
        let schema = try ValueSchema(decoding: JSONValue(parsing: tree), at: JSONPointer(["steps", "0", "schema"]))
        let good = #"{"name": "a", "children": [{"name": "b", "children": []}, {"name": "c"}]}"#
        #expect(schema.violations(in: try JSONValue(parsing: good)).isEmpty)
        let bad = #"{"name": "a", "children": [{"name": "b", "children": [{"name": 3}]}]}"#
        #expect(
            schema.violations(in: try JSONValue(parsing: bad)) == [
                SchemaViolation(
                    pointer: JSONPointer(["children", "0", "children", "0", "name"]),
                    message: "must be a string; it is 3"
                )
            ]
        )
    }

    @Test
    func `Other keywords hold beside a reference`() throws {
        let schema = try ValueSchema(
            decoding: JSONValue(
                parsing: ##"{"$defs": {"name": {"type": "string"}}, "$ref": "#/$defs/name", "maxLength": 2}"##
            )
        )
        #expect(schema.accepts("ab"))
        #expect(!schema.accepts("abc"))
        #expect(!schema.accepts(1))
    }

    @Test
    func `A schema that is only a reference answers as the one it leads to`() throws {
        let text = ##"""
            {"$defs": {"image": {"type": "file", "mime_types": ["image/*"], "max_size": "1MB"},
                       "picture": {"title": "Picture", "$ref": "#/$defs/image"}},
             "type": "array", "items": {"$ref": "#/$defs/picture", "description": "One"}}
            """##
        let schema = try ValueSchema(decoding: JSONValue(parsing: text))
        #expect(schema.isFileList)
        let item = try #require(schema.items?.value)
        #expect(item.isFile)
        #expect(item.mimeTypes == ["image/*"])
        #expect(item.maxSize == ByteCount(1_000_000))
        #expect(item.description == "One")
    }

    @Test(arguments: [
        ##"{"$ref": "#"}"##, ##"{"allOf": [{"$ref": "#"}]}"##, ##"{"not": {"anyOf": [true, {"$ref": "#"}]}}"##,
        ##"{"if": {"$ref": "#/then"}, "then": {"$ref": "#/else"}, "else": {"$ref": "#"}}"##,
        ##"{"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}"##,
        ##"{"$defs": {"a": {"oneOf": [{"$ref": "#/$defs/b"}]}, "b": {"allOf": [{"$ref": "#/$defs/a"}]}}}"##,
        ##"{"dependentSchemas": {"x": {"$ref": "#"}}}"##,
    ])
    func `A reference that leads back without going into the value is refused`(text: String) throws {
        let problems = try problems(text)
        #expect(!problems.isEmpty)
        #expect(problems.allSatisfy { $0.contains("leads back to this schema without going into the value") })
        // What is left of the schema can be used all the same.
        let schema = ValueSchema.decode(try JSONValue(parsing: text), at: JSONPointer()).schema
        _ = schema.violations(in: ["x": 1])
        _ = schema.schema(at: ["x"])
        _ = schema.editorJSON()
    }

    @Test
    func `A long chain of references is followed`() throws {
        var definitions = JSONObject()
        for number in 0..<20_000 { definitions["d\(number)"] = ["$ref": .string("#/$defs/d\(number + 1)")] }
        definitions["d20000"] = ["type": "integer"]
        let schema = try ValueSchema(decoding: ["$defs": .object(definitions), "$ref": "#/$defs/d0"])
        #expect(schema.types == [.integer])
        #expect(schema.accepts(1))
        #expect(schema.refuses("x"))
        definitions["d20000"] = ["$ref": "#/$defs/d0"]
        let loop = ValueSchema.decode(["$defs": .object(definitions)], at: JSONPointer())
        #expect(loop.problems.count == 1)
    }

    @Test(arguments: [
        (
            ##"{"$defs": {"name": true}, "$ref": "#/$defs/nmae"}"##,
            "/s/$ref there is no schema at `#/$defs/nmae`; did you mean `#/$defs/name`?"
        ),
        (
            ##"{"$defs": {"a": true}, "$ref": "#/$defs"}"##,
            "/s/$ref there is no schema at `#/$defs`; did you mean `#/$defs/a`?"
        ),
        (##"{"enum": [{}], "allOf": [{"$ref": "#/enum/0"}]}"##, "/s/allOf/0/$ref there is no schema at `#/enum/0`"),
        (##"{"$ref": "#nowhere"}"##, "/s/$ref there is no schema at `#nowhere`"),
        (#"{"$ref": 1}"#, "/s/$ref $ref must be text; it is 1"),
        (#"{"$ref": "a b"}"#, #"/s/$ref $ref must be a URI reference such as `#/$defs/name`; it is "a b""#),
        (
            #"{"$ref": "https://example.org/schema"}"#,
            "/s/$ref `https://example.org/schema` is not part of this schema, and nothing is ever fetched; "
                + "copy it under `$defs` and write `#/$defs/name`"
        ),
        (#"{"$id": 3}"#, "/s/$id $id must be text; it is 3"),
        (##"{"$id": "a#b"}"##, ##"/s/$id $id must be a URI without a fragment; it is "a#b""##),
        (
            #"{"$defs": {"a": {"$id": "x"}, "b": {"$id": "x"}}}"#, #"/s/$defs/b/$id two schemas have the $id "x""#
        ),
        (
            #"{"$defs": {"a": {"$anchor": "x"}, "b": {"$anchor": "x"}}}"#,
            #"/s/$defs/b/$anchor two schemas have the $anchor "x""#
        ),
        (
            #"{"$anchor": "1x"}"#,
            #"/s/$anchor $anchor must be a letter or `_`, then letters, digits, `-`, `_` or `.`; it is "1x""#
        ),
        (
            #"{"$schema": "http://json-schema.org/draft-07/schema#"}"#,
            "/s/$schema value schemas are JSON Schema 2020-12; "
                + "write https://json-schema.org/draft/2020-12/schema, or leave $schema out"
        ),
    ])
    func `A reference or a name that is wrong is refused`(text: String, problem: String) throws {
        #expect(try problems(text) == [problem])
    }

    @Test
    func `Names that differ only in how accents are encoded lead to two schemas`() throws {
        let text = ##"""
            {"$defs": {"\#u00e9": {"type": "string"}, "e\#u0301": {"type": "integer"}},
             "properties": {"one": {"$ref": "#/$defs/\#u00e9"}, "two": {"$ref": "#/$defs/e%CC%81"}}}
            """##.replacing("\\#u", with: "\\u")
        let schema = try ValueSchema(decoding: JSONValue(parsing: text))
        #expect(schema.accepts(["one": "a", "two": 1]))
        #expect(!schema.accepts(["one": 1]))
        #expect(!schema.accepts(["two": "a"]))
    }
}
