import LockstepJSON
import LockstepModel
import Testing

struct MappingTests {
    @Test(
        arguments: [
            ("input_doc", .variable("input_doc")), ("other", .literal("other")), (5, .literal(5)),
            (.null, .literal(.null)),
            (["input_doc"], .literal(["input_doc"])), (["value": "input_doc"], .literal("input_doc")),
            (["value": ["cat": [1]]], .literal(["cat": [1]])), (["value": .null], .literal(.null)),
            (["var": "input_doc"], nil),
            (["value": 1, "other": 2], nil), ([:], nil),
        ] as [(JSONValue, Mapping?)]
    )
    func `A mapping is a variable, or a value, or nothing that this version knows`(json: JSONValue, mapping: Mapping?) {
        #expect(Mapping(json: json, variables: ["input_doc"]) == mapping)
    }

    @Test
    func `A variable without a value has none`() {
        #expect(Mapping.variable("a").value(in: ["a": 1]) == 1)
        #expect(Mapping.variable("a").value(in: [:]) == nil)
        #expect(Mapping.literal("a").value(in: [:]) == "a")
    }
}
