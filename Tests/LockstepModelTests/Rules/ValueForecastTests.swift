import LockstepJSON
import LockstepModel
import Testing

/// What is known of a rule's value before it is evaluated.
struct ValueForecastTests {
    private let schemas: [String: JSONValue] = [
        "text": ["type": "string"], "count": ["type": "integer"], "open": ["type": "object"],
        "pages": [
            "type": "array",
            "items": [
                "type": "object", "properties": ["title": ["type": "string"], "size": ["type": "integer"]],
                "additionalProperties": false,
            ],
        ],
    ]

    private func forecast(_ rule: JSONValue) throws -> (value: ValueForecast, remarks: [RuleRemark]) {
        let rule = try #require(Rule.decode(rule, at: JSONPointer()).rule)
        return rule.forecast { name in
            schemas[name].map { .fitting(ValueSchema.decode($0, at: JSONPointer()).schema) } ?? .null
        }
    }

    private func kinds(_ rule: JSONValue) throws -> [JSONValue]? {
        try forecast(rule).value.kinds?.map { kind in
            switch kind {
            case .fitting(let schema): schema.json
            case .exactly(let value): ["exactly": value]
            }
        }
    }

    static let results: [(JSONValue, [JSONValue]?)] = [
        (["var": "text"], [["type": "string"]]), (["var": "nothing"], [["exactly": .null]]),
        (["var": ["nothing", 3]], [["exactly": 3]]), (["var": ["text", 3]], [["type": "string"], ["exactly": 3]]),
        (["var": "pages.0.size"], [["type": "integer"]]), (["var": "open.part"], nil), (["var": ""], nil),
        (["cat": ["a"]], [["type": "string"]]), (["substr": ["abc", 1]], [["type": "string"]]),
        (["==": [1, 2]], [["type": "boolean"]]), (["in": [1, [2]]], [["type": "boolean"]]),
        (["some": [["var": "pages"], ["var": "size"]]], [["type": "boolean"]]), (["+": [1, 2]], [["type": "number"]]),
        (["*": [["var": "text"]]], [["type": "string"]]), (["max": [1]], [["type": "number"]]),
        (["merge": [1, 2]], [["type": "array"]]),
        (["if": [["var": "count"], "a", ["var": "count"]]], [["exactly": "a"], ["type": "integer"]]),
        (["if": [["var": "count"], "a"]], [["exactly": "a"], ["exactly": .null]]),
        (["or": [["var": "text"], "b"]], [["type": "string"], ["exactly": "b"]]),
        (["map": [["var": "pages"], ["var": "title"]]], [["type": "array", "items": ["type": "string"]]]),
        (["filter": [["var": "pages"], true]], [["type": "array", "items": ["type": "object"]]]),
        (["reduce": [["var": "pages"], ["var": "current"], 0]], nil),
        (["missing": ["a"]], [["type": "array", "items": ["type": "string"]]]),
    ]

    @Test(arguments: results)
    func `The kinds of value that a rule may give follow from its operators and variables`(
        rule: JSONValue,
        expected: [JSONValue]?
    ) throws {
        var found = try kinds(rule)
        // The items of pages are written out once, above.
        if let items = found?.first?["items"]?["properties"], items != .null {
            found = [["type": "array", "items": ["type": "object"]]]
        }
        #expect(found == expected)
    }

    @Test
    func `What the variables do not decide is tried on values, and holds`() throws {
        let rules: [JSONValue] = Self.results.map(\.0)
        let variables: [String: JSONValue] = [
            "text": "t", "count": 3, "open": [:], "pages": [["title": "x", "size": 4]],
        ]
        for json in rules {
            let rule = try #require(Rule.decode(json, at: JSONPointer()).rule)
            let value = try rule.value(in: variables)
            guard let kinds = try forecast(json).value.kinds else { continue }
            let isForeseen = kinds.contains { kind in
                switch kind {
                case .fitting(let schema): schema.violations(in: value).isEmpty
                case .exactly(let only): only == value
                }
            }
            #expect(isForeseen, "\(json) gives \(value)")
        }
    }

    @Test
    func `A part that no value has is remarked upon with its place`() throws {
        let (value, remarks) = try forecast(["cat": [["var": "text.length"], ["var": ["pages.0.titel", "none"]]]])
        #expect(value.kinds?.count == 1)
        #expect(remarks.map(\.path) == ["text.length", "pages.0.titel"])
        #expect(remarks.map { $0.pointer.description } == ["/cat/0", "/cat/1"])
        #expect(remarks.map(\.hasDefault) == [false, true])
        #expect(try forecast(["map": [["var": "pages"], ["var": "titel"]]]).remarks.map(\.path) == ["titel"])
    }

    @Test
    func `A rule that reads no variable has its value already`() throws {
        func constant(_ json: JSONValue) throws -> JSONValue? {
            try #require(Rule.decode(json, at: JSONPointer()).rule).constantValue
        }
        #expect(try constant(["==": [1, 1]]) == true)
        #expect(try constant(["cat": ["a", 1]]) == "a1")
        #expect(try constant(["==": [["var": "x"], 1]]) == nil)
        #expect(try constant(["missing": ["x"]]) == nil)
        #expect(try constant(["var": ""]) == nil)
    }
}
