import LockstepJSON
import LockstepModel
import Testing

@testable import LockstepDefinitions

struct SchemaConflictTests {
    private func conflict(_ given: String, _ wanted: String) throws -> String? {
        let found = SchemaConflict.between(
            try ValueSchema(decoding: JSONValue(parsing: given)),
            try ValueSchema(decoding: JSONValue(parsing: wanted))
        )
        return found.map { "takes \($0.wanted), but is \($0.given)" }
    }

    @Test(arguments: [
        (#"{"type": "string"}"#, #"{"type": "integer"}"#, "takes an integer, but is a string"),
        (
            #"{"type": "integer", "minimum": 10}"#, #"{"type": "number", "maximum": 5}"#,
            "takes a number of at most 5, but is a number of at least 10"
        ),
        (
            #"{"type": "integer", "maximum": 3}"#, #"{"type": "integer", "exclusiveMinimum": 3}"#,
            "takes a number above 3, but is a number of at most 3"
        ),
        (
            #"{"type": "string", "minLength": 5}"#, #"{"maxLength": 4, "type": "string"}"#,
            "takes a string of at most 4 characters, but is a string of at least 5 characters"
        ),
        (
            #"{"type": "array", "maxItems": 1}"#, #"{"type": "array", "minItems": 2}"#,
            "takes a list of at least 2 items, but is a list of at most 1 item"
        ),
        (#"{"const": "deep"}"#, #"{"enum": ["basic", "detailed"]}"#, "takes one of basic, detailed, but is deep"),
        (#"{"enum": ["a", "b"]}"#, #"{"type": "integer"}"#, "takes an integer, but is one of a, b"),
        (#"{"enum": [1, 2]}"#, #"{"minimum": 3}"#, "takes a number of at least 3, but is one of 1, 2"),
        (
            #"{"enum": ["a1", "b2"]}"#, #"{"pattern": "^[0-9]+$"}"#,
            "takes a string that matches ^[0-9]+$, but is one of a1, b2"
        ),
        (
            #"{"type": "string", "maxLength": 3}"#, #"{"enum": ["long", "longer"]}"#,
            "takes one of long, longer, but is a string of at most 3 characters"
        ),
        (
            ##"{"$defs": {"n": {"type": "integer"}}, "$ref": "#/$defs/n"}"##, #"{"type": "string"}"#,
            "takes a string, but is an integer"
        ),
        (
            ##"{"$defs": {"n": {"type": "integer"}}, "$ref": "#/$defs/n", "minimum": 3}"##, #"{"type": "string"}"#,
            "takes a string, but is an integer"
        ),
        (
            #"{"type": "string"}"#, #"{"allOf": [{"minLength": 1}, {"type": "integer"}]}"#,
            "takes an integer, but is a string"
        ),
        (
            #"{"type": "string"}"#, #"{"anyOf": [{"type": "integer"}, {"type": "null"}]}"#,
            "takes an integer or null, but is a string"
        ),
        (
            #"{"oneOf": [{"type": "integer"}, {"type": "null"}]}"#, #"{"type": "string"}"#,
            "takes a string, but is an integer or null"
        ),
        (
            #"{"type": "object", "properties": {"a": true}, "additionalProperties": false}"#,
            #"{"type": "object", "required": ["b"]}"#, "takes an object with `b`, but is an object without it"
        ),
        (
            #"{"type": "object", "required": ["b"]}"#, #"{"type": "object", "additionalProperties": false}"#,
            "takes an object without `b`, but is an object with it"
        ),
        (
            #"{"type": "object", "properties": {"a": {"type": "string"}}}"#,
            #"{"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}"#,
            "takes an object in which `a` is an integer, but is an object in which it is a string"
        ),
        (
            #"{"type": "array", "items": {"type": "string"}}"#, #"{"type": "array", "items": {"type": "integer"}}"#,
            "takes a list, each item an integer, but is a list, each item a string"
        ),
        (#"{"type": "string"}"#, "false", "takes no value at all, but is a string"),
        (
            #"{"type": "file", "mime_types": ["text/plain"]}"#, #"{"type": "file", "mime_types": ["image/*"]}"#,
            "takes a file (image/*), but is a file (text/plain)"
        ),
    ])
    func `Two schemas that no value fits conflict`(given: String, wanted: String, message: String) throws {
        #expect(try conflict(given, wanted) == message)
    }

    @Test(arguments: [
        (#"{}"#, #"{"type": "integer"}"#), (#"{"type": ["string", "null"]}"#, #"{"type": "string"}"#),
        (#"{"type": "number"}"#, #"{"type": "integer"}"#), (#"{"minimum": 10}"#, #"{"maximum": 5}"#),
        (#"{"type": ["integer", "null"], "minimum": 10}"#, #"{"type": ["integer", "null"], "maximum": 5}"#),
        (#"{"type": "integer", "minimum": 5}"#, #"{"type": "integer", "maximum": 5}"#),
        (#"{"anyOf": [{"type": "integer"}, {"type": "string"}]}"#, #"{"type": "string"}"#),
        (
            #"{"oneOf": [{"type": "integer"}, {"type": "string"}]}"#,
            #"{"anyOf": [{"type": "string"}, {"type": "null"}]}"#
        ),
        (#"{"type": "string"}"#, #"{"not": {"type": "string"}}"#), (#"{"enum": ["a", 1]}"#, #"{"type": "integer"}"#),
        (#"{"type": "string", "format": "date"}"#, #"{"type": "string", "format": "uuid"}"#),
        (#"{"const": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"}"#, #"{"pattern": "^(a+)+$"}"#),
        (
            #"{"type": "object", "properties": {"a": {"type": "string"}}}"#,
            #"{"type": "object", "properties": {"a": {"type": "integer"}}}"#
        ), (#"{"type": "file"}"#, #"{"type": "file", "mime_types": ["image/*"]}"#), ("false", #"{"type": "string"}"#),
        (
            ##"{"$ref": "#/$defs/a", "$defs": {"a": {"properties": {"x": {"$ref": "#/$defs/a"}}, "required": ["x"]}}}"##,
            ##"{"$ref": "#/$defs/a", "$defs": {"a": {"properties": {"x": {"$ref": "#/$defs/a"}}, "required": ["x"]}}}"##
        ),
    ])
    func `Two schemas that some value may fit do not conflict`(given: String, wanted: String) throws {
        #expect(try conflict(given, wanted) == nil)
    }

    @Test(.timeLimit(.minutes(1)))
    func `Schemas that double the work at each level are given up`() throws {
        var definitions = JSONObject()
        for level in 0..<40 {
            let next: JSONValue = ["$ref": .string("#/$defs/d\(level + 1)")]
            definitions["d\(level)"] = ["anyOf": [next, next], "oneOf": [next, next], "allOf": [next, next]]
        }
        definitions["d40"] = ["type": "string"]
        let schema = try ValueSchema(decoding: ["$defs": .object(definitions), "$ref": "#/$defs/d0"])
        _ = SchemaConflict.between(schema, schema)
        #expect(
            SchemaConflict.between(
                schema,
                try ValueSchema(decoding: ["$ref": "#/$defs/d0", "$defs": .object(definitions)])
            ) == nil
        )
    }
}
