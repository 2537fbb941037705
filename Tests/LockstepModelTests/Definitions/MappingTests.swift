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
            (["value": 1, "other": 2], nil), ([:], nil), (["no_such_operator": 1], nil),
        ] as [(JSONValue, Mapping?)]
    )
    func `A mapping is a variable, or a value, or nothing`(json: JSONValue, mapping: Mapping?) {
        let (found, problems) = Mapping.decode(json, variables: ["input_doc"], at: JSONPointer())
        #expect(found == mapping)
        #expect(problems.isEmpty == (mapping != nil))
    }

    @Test
    func `An object with one operator is a rule over all variables`() throws {
        let (mapping, problems) = Mapping.decode(["cat": ["a", ["var": "b.c"]]], variables: [], at: JSONPointer())
        #expect(problems.isEmpty)
        #expect(try mapping?.value(in: ["b": ["c": 1]]) == "a1")
    }

    @Test
    func `A variable without a value has none`() throws {
        #expect(try Mapping.variable("a").value(in: ["a": 1]) == 1)
        #expect(try Mapping.variable("a").value(in: [:]) == nil)
        #expect(try Mapping.literal("a").value(in: [:]) == "a")
    }
}
