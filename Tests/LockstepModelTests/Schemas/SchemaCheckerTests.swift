import LockstepJSON
import LockstepModel
import Testing

struct SchemaCheckerTests {
    private func violations(_ schema: String, _ value: String) throws -> [String] {
        let schema = try ValueSchema(decoding: JSONValue(parsing: schema))
        return schema.violations(in: try JSONValue(parsing: value)).map { "\($0.pointer)|\($0.message)" }
    }

    @Test(arguments: [
        (#"{"anyOf": [{"type": "string"}, {"type": "null"}]}"#, "3", "|must be null or a string; it is 3"),
        (
            #"{"oneOf": [{"const": "a", "title": "A"}, {"const": "b"}, {"enum": ["c", "d"]}]}"#, #""x""#,
            "|must be one of a, b, c, d; it is x"
        ),
        (
            #"{"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}"#, #"["a", 1]"#,
            #"|fits none of 2 alternatives: (1) must be a string; it is the list ["a",1]; (2) `/1` must be a string; it is 1"#
        ),
        (
            #"{"oneOf": [{"title": "Circle", "required": ["radius"]}, {"title": "Square", "required": ["side"]}]}"#,
            "{}",
            "|fits none of 2 alternatives: (1: Circle) must have `radius`; (2: Square) must have `side`"
        ),
        (
            #"{"oneOf": [{"type": "integer"}, {"minimum": 2}, {"minimum": 3}]}"#, "4",
            "|must fit exactly one of 3 alternatives; it fits (1) an integer and (2) a number of at least 2"
        ),
        (#"{"not": {"type": ["integer", "string"]}}"#, "4", "|must not be an integer or a string; it is 4"),
        (#"{"not": {"enum": ["root", "admin"]}}"#, #""root""#, #"|must not be one of root, admin; it is "root""#),
        (#"{"not": {}}"#, "1", "|must not be any value; it is 1"),
        (
            #"{"if": {"properties": {"kind": {"const": "circle"}}}, "then": {"required": ["radius"]}}"#,
            #"{"kind": "circle"}"#, "|must have `radius`, because it is an object whose `kind` is circle"
        ),
        (
            #"{"if": {"type": "string"}, "else": {"minimum": 3}}"#, "2",
            "|must be at least 3; it is 2, because it is not a string"
        ),
        (
            #"{"dependentRequired": {"card": ["address"]}}"#, #"{"card": 1}"#,
            "|must have `address`, because it has `card`"
        ),
        (
            #"{"dependentSchemas": {"card": {"properties": {"a": {"type": "string"}}}}}"#, #"{"card": 1, "a": 2}"#,
            "/a|must be a string; it is 2, because it has `card`"
        ),
        (
            #"{"contains": {"type": "integer", "minimum": 5}}"#, "[1, 2]",
            "|must have at least 1 item that is an integer of at least 5; it has none"
        ),
        (
            #"{"contains": {"const": 1}, "minContains": 3}"#, "[1, 2, 1]",
            "|must have at least 3 items that are each 1; it has 2"
        ),
        (
            #"{"contains": {"const": 1}, "maxContains": 1}"#, "[1, 2, 1]",
            "|must have at most 1 item that is 1; it has 2"
        ),
        (#"{"prefixItems": [true, {"type": "string"}]}"#, "[1, 2, 3]", "/1|must be a string; it is 2"),
        (#"{"prefixItems": [true, true], "items": false}"#, "[1, 2, 3, 4]", "|must have at most 2 items; it has 4"),
        (
            #"{"propertyNames": {"maxLength": 2}}"#, #"{"abc": 1}"#,
            "/abc|has a name that must have at most 2 characters; it has 3"
        ),
        (
            #"{"patternProperties": {"^x_": {"type": "integer"}}}"#, #"{"x_a": "b"}"#,
            #"/x_a|must be an integer; it is "b""#
        ),
        (
            #"{"properties": {"colour": true}, "patternProperties": {"^x_": true}, "additionalProperties": false}"#,
            #"{"x_a": 1, "color": 1}"#, "/color|is not a member it may have; did you mean `colour`?"
        ),
        (#"{"minProperties": 2}"#, #"{"a": 1}"#, "|must have at least 2 members; it has 1"),
        (#"{"maxProperties": 1}"#, #"{"a": 1, "b": 2}"#, "|must have at most 1 member; it has 2"),
        (#"{"enum": [1, "1"]}"#, #""x""#, #"|must be one of 1, "1"; it is "x""#),
        (#"{"enum": ["a", "1"]}"#, "1", #"|must be one of "a", "1"; it is 1"#),
        (#"{"enum": []}"#, "1", "|is not allowed, because `enum` is empty; it is 1"),
        (#"{"allOf": [{"minimum": 3}, {"minimum": 3}, {"type": "number"}]}"#, "2", "|must be at least 3; it is 2"),
    ])
    func `A violation says what alternatives there are and why they do not fit`(
        schema: String,
        value: String,
        message: String
    ) throws {
        #expect(try violations(schema, value) == [message])
    }

    @Test
    func `A long list of choices is cut, with the nearest one named`() throws {
        let choices = (0..<500).map { JSONValue.string("choice_\($0)") }
        let schema = try ValueSchema(decoding: ["enum": .array(choices)])
        let message = try #require(schema.violations(in: "choice_42O").first?.message)
        #expect(message.hasPrefix("must be one of choice_0, choice_1, "))
        #expect(message.hasSuffix(", choice_19 and 480 more; it is choice_42O; did you mean choice_42?"))
    }

    @Test
    func `Many alternatives are not all explained`() throws {
        let alternatives = (0..<50).map { JSONValue.object(["required": [.string("m\($0)")]]) }
        let message = try ValueSchema(decoding: ["anyOf": .array(alternatives)]).violations(in: [:])[0].message
        #expect(message.hasSuffix("(5) must have `m4`; and so on for 45 more"))
    }

    // MARK: - Names

    @Test(arguments: ["__proto__", "constructor", "a.b", "", "a/b~c", "$ref", "\u{0}", "🐲", "\u{202E}x", "toString"])
    func `A member may have any name`(name: String) throws {
        let schema = try ValueSchema(
            decoding: [
                "properties": [name: ["type": "integer"]], "required": [.string(name)], "additionalProperties": false,
            ]
        )
        #expect(schema.accepts([name: 1]))
        #expect(schema.violations(in: [name: "x"]).map(\.pointer) == [JSONPointer([name])])
        #expect(schema.violations(in: [:]).map(\.message) == ["must have `\(name)`"])
        #expect(schema.schema(at: [name]) == .known(try ValueSchema(decoding: ["type": "integer"])))
    }

    @Test
    func `Names that differ only in how accents are encoded are two members`() throws {
        let text = #"""
            {"properties": {"\u00e9": {"type": "string"}, "e\u0301": {"type": "integer"}}, "additionalProperties": false,
             "required": ["\u00e9", "e\u0301"], "dependentRequired": {"e\u0301": ["x"]}}
            """#
        let schema = try ValueSchema(decoding: JSONValue(parsing: text))
        #expect(schema.properties.names.count == 2)
        #expect(schema.properties["\u{e9}"]?.types == [.string])
        #expect(schema.properties["e\u{301}"]?.types == [.integer])
        #expect(
            schema.violations(in: ["\u{e9}": "a", "e\u{301}": 1]).map(\.message) == [
                "must have `x`, because it has `e\u{301}`"
            ]
        )
        #expect(schema.violations(in: ["\u{e9}": "a"]).count == 1)
        #expect(schema.violations(in: ["\u{e9}": 1, "e\u{301}": "a"]).count == 3)
        #expect(try ValueSchema(decoding: ["enum": ["\u{e9}"]]).accepts("e\u{301}") == false)
        #expect(try ValueSchema(decoding: ["uniqueItems": true]).accepts(["\u{e9}", "e\u{301}"]))
    }

    // MARK: - Bounds

    @Test(
        .timeLimit(.minutes(5)),
        arguments: ["allOf", "anyOf", "oneOf", "not", "if", "contains", "items", "dependentSchemas"]
    )
    func `A schema that doubles the work at each level is too complex`(keyword: String) throws {
        var definitions = JSONObject()
        for level in 0..<60 {
            let next: JSONValue = ["$ref": .string("#/$defs/d\(level + 1)")]
            let both: JSONValue = ["allOf": [next, next]]
            definitions["d\(level)"] =
                switch keyword {
                case "not": ["allOf": [["not": ["not": next]], ["not": ["not": next]]]]
                case "if": ["if": next, "then": next]
                case "contains": ["items": both, "contains": both]
                case "items": ["items": both]
                case "dependentSchemas": ["dependentSchemas": ["a": both]]
                case "anyOf": ["anyOf": [["not": next], ["not": next], next]]
                default: .object([keyword: [next, next]])
                }
        }
        definitions["d60"] = true
        let schema = try ValueSchema(decoding: ["$defs": .object(definitions), "$ref": "#/$defs/d0"])
        var value: JSONValue = ["a": 1]
        for _ in 0..<60 { value = [value] }
        let given: JSONValue = keyword == "items" || keyword == "contains" ? value : ["a": 1]
        let found = schema.violations(in: given)
        if keyword == "oneOf" {
            // The second alternative fits as well, all the way down; no more is looked at than that.
            #expect(!found.isEmpty)
        } else {
            #expect(found.last?.message.hasPrefix("is too complex to be checked against its schema; ") == true)
        }
        #expect(!schema.accepts(given))
        #expect(!schema.refuses(given) || keyword == "oneOf")
    }

    @Test(
        .timeLimit(.minutes(5)),
        arguments: ["(a+)+$", "(a|aa)+$", "(.*)*x", "^(a|a)*$", "([a-z]+)*!!", "(x+x+)+y"]
    )
    func `No pattern makes a check hang`(source: String) throws {
        let text = JSONValue.string(String(repeating: "a", count: 50_000) + String(repeating: "x", count: 50_000) + "?")
        let schemas: [JSONValue] = [["pattern": .string(source)], ["not": ["pattern": .string(source)]]]
        for schema in schemas { _ = try ValueSchema(decoding: schema).violations(in: text) }
        let names = JSONObject((0..<20).map { ("\($0)" + String(repeating: "a", count: 1000) + "?", JSONValue.null) })
        _ = try ValueSchema(decoding: ["patternProperties": .object([source: true])]).violations(in: .object(names))
    }

    @Test
    func `A pattern that takes too long decides nothing`() throws {
        let text = JSONValue.string(String(repeating: "a", count: 40) + "!")
        for schema in [
            #"{"pattern": "^(a+)+$"}"#, #"{"not": {"pattern": "^(a+)+$"}}"#,
            #"{"anyOf": [{"pattern": "^(a+)+$"}, true]}"#,
            #"{"if": {"pattern": "^(a+)+$"}, "then": false}"#,
        ] {
            let schema = try ValueSchema(decoding: JSONValue(parsing: schema))
            #expect(
                schema.violations(in: text).map(\.message) == [
                    "cannot be checked against the pattern ^(a+)+$: the search takes too long on this text"
                ]
            )
            #expect(!schema.accepts(text))
            #expect(!schema.refuses(text))
        }
        let names = try ValueSchema(decoding: ["patternProperties": ["^(a+)+$": true], "additionalProperties": false])
        let found = names.violations(in: [String(repeating: "a", count: 40) + "!": 1])
        #expect(found.last?.message.hasPrefix("cannot be checked against the pattern") == true)
    }

    @Test
    func `Searches of one check share what they may do`() throws {
        // Each search by itself stays within its bound.
        let text = JSONValue.string(String(repeating: "a", count: 16) + "!")
        let list = JSONValue.array(Array(repeating: text, count: 1000))
        let schema = try ValueSchema(decoding: ["items": ["not": ["pattern": "^(a+)+$"]]])
        #expect(try ValueSchema(decoding: ["not": ["pattern": "^(a+)+$"]]).accepts(text))
        #expect(schema.violations(in: list).last?.message.hasPrefix("cannot be checked against the pattern") == true)
    }

    @Test
    func `Deep values are checked, and too deep ones are said to be so`() throws {
        let schema = try ValueSchema(
            decoding: [
                "$defs": ["list": ["type": "array", "items": ["$ref": "#/$defs/list"]]], "$ref": "#/$defs/list",
            ]
        )
        var value: JSONValue = []
        for _ in 0..<250 { value = [value] }
        #expect(schema.violations(in: value).isEmpty)
        for _ in 0..<1000 { value = [value] }
        #expect(schema.violations(in: value).map(\.message) == ["is nested too deeply to be checked"])
    }

    @Test
    func `A schema that is nested too deeply is refused`() {
        var schema: JSONValue = ["type": "integer"]
        for _ in 0..<2000 { schema = ["items": schema] }
        let problems = ValueSchema.decode(schema, at: JSONPointer()).problems
        #expect(problems.map(\.message) == ["the schema is nested deeper than 256; name parts of it under `$defs`"])
    }

    /// Comparing each item with all others would take many times the limit.
    @Test(.timeLimit(.minutes(3)))
    func `Neither many items nor many choices are compared one by one`() throws {
        let items = (0..<100_000).map { JSONValue.integer(Int64($0)) }
        let unique = try ValueSchema(decoding: ["uniqueItems": true])
        #expect(unique.accepts(.array(items)))
        #expect(!unique.accepts(.array(items + [99_999.0])))
        let choices = (0..<10_000).map { JSONValue.string("value number \($0)") }
        let schema = try ValueSchema(decoding: ["items": ["enum": .array(choices)]])
        #expect(schema.accepts(.array((0..<20_000).map { choices[9_999 - $0 % 100] })))
    }

    @Test
    func `A large value may take more steps than a small one`() throws {
        let schema = try ValueSchema(decoding: ["items": ["allOf": [["type": "integer"], ["minimum": 0]]]])
        #expect(schema.accepts(.array(Array(repeating: 7, count: 100_000))))
    }

    @Test
    func `A message stays short, however long the value is`() throws {
        let long = JSONValue.string("e" + String(repeating: "\u{301}", count: 1_000_000))
        let schema = try ValueSchema(decoding: ["type": "integer"])
        #expect(schema.violations(in: long)[0].message.unicodeScalars.count < 120)
        #expect(schema.violations(in: .array(Array(repeating: long, count: 100)))[0].message.unicodeScalars.count < 120)
    }
}
