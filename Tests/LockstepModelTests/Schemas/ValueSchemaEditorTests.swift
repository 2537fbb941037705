import LockstepJSON
import LockstepModel
import Testing

struct ValueSchemaEditorTests {
    private func editor(_ text: String, at place: [String] = []) throws -> JSONValue {
        try ValueSchema(decoding: JSONValue(parsing: text)).editorJSON(at: JSONPointer(place))
    }

    @Test(arguments: [
        (
            #"{"type": "file", "mime_types": ["image/*"], "max_size": "1MB", "title": "Photo"}"#,
            #"{"type":"string","title":"Photo"}"#
        ),
        (#"{"type": ["file", "directory", "null"]}"#, #"{"type":["string","null"]}"#),
        (#"{"type": ["file", "directory"]}"#, #"{"type":"string"}"#),
        (
            #"{"type": "array", "items": {"type": "file"}, "minItems": 1}"#,
            #"{"type":"array","items":{"type":"string"},"minItems":1}"#
        ),
        (
            #"{"type": "string", "enum": ["a", "b"], "default": "a"}"#,
            #"{"type":"string","enum":["a","b"],"default":"a"}"#
        ),
        (#"{"oneOf": [{"type": "file"}, {"type": "directory"}]}"#, #"{"anyOf":[{"type":"string"},{"type":"string"}]}"#),
        (#"{"oneOf": [{"type": "string"}, {"type": "null"}]}"#, #"{"oneOf":[{"type":"string"},{"type":"null"}]}"#),
        (#"{"not": {"type": "file"}}"#, "{}"), (#"{"not": {"type": "null"}}"#, #"{"not":{"type":"null"}}"#),
        (#"{"if": {"type": "file"}, "then": {"minLength": 1}, "title": "T"}"#, #"{"title":"T"}"#),
        (#"{"if": {"type": "null"}, "else": {"type": "file"}}"#, #"{"if":{"type":"null"},"else":{"type":"string"}}"#),
        (#"{"contains": {"type": "file"}, "maxContains": 1}"#, #"{"contains":{"type":"string"}}"#),
        (#"{"type": "file", "pattern": "^x"}"#, #"{"type":"string"}"#),
        (
            #"{"properties": {"a.b": {"type": "file"}}, "patternProperties": {"^x": {"type": "directory"}}, "additionalProperties": false}"#,
            #"{"properties":{"a.b":{"type":"string"}},"patternProperties":{"^x":{"type":"string"}},"additionalProperties":false}"#
        ),
        ("false", "false"),
    ])
    func `Files are paths, and rules that are wrong for paths are left out`(schema: String, json: String) throws {
        #expect(try editor(schema).description == json)
    }

    @Test
    func `References lead to the same schemas wherever the result is put`() throws {
        let text = ##"""
            {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://example.org/tree", "$anchor": "top",
             "$defs": {"leaf": {"type": "file", "$anchor": "leaf"}, "unused": true},
             "type": "object", "properties": {"leaf": {"$ref": "#leaf"}, "sub": {"$ref": "tree#top"}}}
            """##
        let expected = ##"""
            {"type": "object",
             "properties": {"leaf": {"$ref": "#/properties/a%20b~1c/$defs/part_1"}, "sub": {"$ref": "#/properties/a%20b~1c/$defs/part_2"}},
             "$defs": {"part_1": {"type": "string"},
                       "part_2": {"type": "object", "properties": {"leaf": {"$ref": "#/properties/a%20b~1c/$defs/part_1"},
                                                                   "sub": {"$ref": "#/properties/a%20b~1c/$defs/part_2"}}}}}
            """##
        let json = try editor(text, at: ["properties", "a b/c"])
        #expect(json == (try JSONValue(parsing: expected)))
        // Read back where it was put, it decides as before.
        let whole = try ValueSchema(decoding: ["properties": ["a b/c": json]])
        #expect(whole.accepts(["a b/c": ["sub": ["sub": ["leaf": "x.pdf"]]]]))
        #expect(!whole.accepts(["a b/c": ["sub": ["sub": ["leaf": 1]]]]))
    }

    @Test
    func `A part of a schema takes along what it leads to`() throws {
        let text = ##"{"$defs": {"a": {"type": "integer"}}, "items": {"items": {"$ref": "#/$defs/a"}}}"##
        let items = try #require(try ValueSchema(decoding: JSONValue(parsing: text)).items?.value)
        #expect(
            items.editorJSON().description
                == ##"{"items":{"$ref":"#/$defs/part_1"},"$defs":{"part_1":{"type":"integer"}}}"##
        )
    }
}
