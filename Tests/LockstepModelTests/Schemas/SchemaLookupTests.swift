import LockstepJSON
import LockstepModel
import Testing

struct SchemaLookupTests {
    private static let page = ##"""
        {"$defs": {"author": {"type": "object", "additionalProperties": false,
                              "properties": {"name": {"type": "string"}, "boss": {"$ref": "#/$defs/author"}}},
                   "dated": {"properties": {"date": {"type": "string", "format": "date"}}}},
         "type": "object", "additionalProperties": false, "patternProperties": {"^x_": {"type": "boolean"}},
         "allOf": [{"properties": {"title": {"maxLength": 80}}}],
         "properties": {
           "title": {"type": "string"}, "author": {"$ref": "#/$defs/author"}, "gone": false,
           "either": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/author"}]},
           "kinds": {"oneOf": [{"properties": {"a": {"type": "string"}}}, {"properties": {"a": {"type": "integer"}}}]},
           "open": {"$ref": "#/$defs/dated", "properties": {"x": {"type": "integer"}}},
           "any": true, "map": {"additionalProperties": {"type": "number"}}, "text": {"type": ["string", "null"]},
           "maybe": {"type": ["null", "object"], "properties": {"a": {"type": "string"}}},
           "scan": {"type": "file"}, "pages": {"type": "array", "items": {"$ref": "#/$defs/author"}},
           "pair": {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}], "items": false},
           "few": {"type": "array", "maxItems": 2}, "both": {"type": ["array", "object"]}}}
        """##

    private func lookup(_ path: String) throws -> SchemaLookup {
        let schema = try ValueSchema(decoding: JSONValue(parsing: Self.page))
        return schema.schema(at: path.isEmpty ? [] : path.split(separator: ".").map(String.init))
    }

    @Test(arguments: [
        ("author.name", "a string"), ("author.boss.boss.boss.name", "a string"), ("either.name", "a string"),
        ("open.date", "a string in the format date"), ("open.x", "an integer"), ("map.anything", "a number"),
        ("maybe.a", "a string"), ("scan.name", "a string"), ("scan.file_size", "an integer of at least 0"),
        ("pages.12.name", "a string"), ("pair.0", "an integer"), ("pair.1", "a string"), ("x_1", "a boolean"),
        ("title", "a string and a string of at most 80 characters"), ("kinds.a", "a string or an integer"),
        ("any", "any value"), ("text", "null or a string"),
    ])
    func `A part that the schema describes is known`(path: String, summary: String) throws {
        guard case .known(let schema) = try lookup(path) else {
            Issue.record("not known")
            return
        }
        #expect(schema.summary == summary)
    }

    @Test(arguments: [
        ("titel", "it has no member `titel`; did you mean `title`?"),
        ("author.age", "in `author`: it has no member `age`; it has `name`, `boss`"),
        ("author.boss.nam", "in `author.boss`: it has no member `nam`; did you mean `name`?"),
        ("title.x", "in `title`: it is a string, which has no parts"),
        ("text.0", "in `text`: it is null or a string, which has no parts"),
        ("gone", "its member `gone` is not allowed"),
        ("scan.size", "in `scan`: a file has no `size`"),
        ("scan.file_sise", "in `scan`: a file has no `file_sise`; did you mean `file_size`?"),
        ("pages.first", "in `pages`: it is a list, whose parts are found by numbers from 0; `first` is none"),
        ("pages.01", "in `pages`: it is a list, whose parts are found by numbers from 0; `01` is none"),
        ("pair.2", "in `pair`: it has at most 2 items"), ("few.2", "in `few`: it has at most 2 items"),
        ("either.nam", "in `either`: it is null, which has no parts"),
    ])
    func `A part that no value can have is impossible`(path: String, reason: String) throws {
        #expect(try lookup(path) == .impossible(reason))
    }

    @Test(arguments: ["any.x", "any.0", "few.1", "open.y", "both.a.b", "maybe.b", "kinds.b", "both.0"])
    func `A part that the schema leaves open is unknown`(path: String) throws {
        #expect(try lookup(path) == .unknown)
    }

    @Test
    func `The empty path is the value itself`() throws {
        #expect(try lookup("") == .known(try ValueSchema(decoding: JSONValue(parsing: Self.page))))
    }

    @Test
    func `A schema found in two places holds both rules`() throws {
        guard case .known(let title) = try lookup("title") else {
            Issue.record("not known")
            return
        }
        #expect(title.accepts("short"))
        #expect(!title.accepts(1))
        #expect(!title.accepts(.string(String(repeating: "x", count: 81))))
    }

    @Test(.timeLimit(.minutes(1)))
    func `A schema that doubles the work at each level is unknown`() throws {
        var definitions = JSONObject()
        for level in 0..<60 {
            let next: JSONValue = ["$ref": .string("#/$defs/d\(level + 1)")]
            definitions["d\(level)"] = ["allOf": [next, next]]
        }
        definitions["d60"] = ["type": "string"]
        let schema = try ValueSchema(decoding: ["$defs": .object(definitions), "$ref": "#/$defs/d0"])
        _ = schema.schema(at: ["x"])
        definitions["d60"] = true
        let open = try ValueSchema(decoding: ["$defs": .object(definitions), "$ref": "#/$defs/d0"])
        #expect(open.schema(at: ["x"]) == .unknown)
    }
}
