import LockstepJSON
import LockstepModel
import Testing

struct RuleTraceTests {
    private func trace(
        _ rule: String,
        over variables: [String: JSONValue] = [:],
        limits: RuleLimits = .standard
    ) throws -> RuleTrace {
        try #require(Rule.decode(try JSONValue(parsing: rule), at: JSONPointer()).rule).trace(
            in: variables,
            limits: limits
        )
    }

    @Test
    func `Each sub-rule that was evaluated is there with its value, what was skipped is not`() throws {
        let trace = try trace(
            #"{"and": [{">": [{"var": "page.count"}, 3]}, {"!=": [{"var": "text"}, ""]}, {"var": "never"}]}"#,
            over: ["page": ["count": 5], "text": ""]
        )
        let wanted = try JSONValue(
            parsing: #"""
                {"pointer": "", "operator": "and",
                 "rule": {"and": [{">": [{"var": "page.count"}, 3]}, {"!=": [{"var": "text"}, ""]}, {"var": "never"}]},
                 "value": false,
                 "children": [
                   {"pointer": "/and/0", "operator": ">", "rule": {">": [{"var": "page.count"}, 3]}, "value": true,
                    "children": [{"pointer": "/and/0/>/0", "operator": "var", "rule": {"var": "page.count"}, "value": 5}]},
                   {"pointer": "/and/1", "operator": "!=", "rule": {"!=": [{"var": "text"}, ""]}, "value": false,
                    "children": [{"pointer": "/and/1/!=/0", "operator": "var", "rule": {"var": "text"}, "value": ""}]}]}
                """#
        )
        #expect(trace.json == wanted)
    }

    @Test
    func `Items are told apart by their position, and pointers lead to the sub-rule`() throws {
        let trace = try trace(#"{"map": [{"var": "l"}, {"+": [{"var": ""}, 1]}]}"#, over: ["l": [4, 5]])
        #expect(trace.outcome == .value([5, 6]))
        #expect(trace.children.map(\.pointer.description) == ["/map/0", "/map/1", "/map/1"])
        #expect(trace.children.map(\.item) == [nil, 0, 1])
        #expect(trace.children.map(\.outcome) == [.value([4, 5]), .value(5), .value(6)])
        for child in trace.children { #expect(child.pointer.resolve(in: trace.rule) == child.rule) }
    }

    @Test
    func `A failure is kept with everything up to it`() throws {
        let trace = try trace(
            #"{"cat": [{"var": "a"}, {"cat": [{"var": "a"}, {"var": "a"}]}, {"var": "b"}]}"#,
            over: ["a": .string(String(repeating: "x", count: 60)), "b": 1],
            limits: RuleLimits(steps: 1000, bytes: 100)
        )
        guard case .failure(let error) = trace.outcome else {
            Issue.record("it has not failed")
            return
        }
        #expect(error.code == .textTooLong)
        #expect(error.pointer == JSONPointer(["cat", "1"]))
        #expect(trace.children.map(\.outcome) == [.value(.string(String(repeating: "x", count: 60))), .failure(error)])
        #expect(trace.children[1].children.count == 2)
        #expect(trace.json["error"]?["code"] == "text_too_long")
        #expect(trace.json["error"]?["message"] == .string(error.message))
    }

    @Test
    func `It agrees with the value, also for a literal and for what becomes null`() throws {
        #expect(try trace("[1, 2]").outcome == .value([1, 2]))
        #expect(try trace(#"{"/": [1, 0]}"#).outcome == .value(.null))
        let inner = try trace(#"[{"/": [1, 0]}]"#)
        #expect(inner.children.map(\.outcome) == [.value(.null)])
        #expect(inner.outcome == .value([.null]))
    }

    @Test
    func `It is bounded in entries, in depth and in the size of values`() throws {
        let many = try trace(
            #"{"map": [{"var": "l"}, {"+": [{"var": ""}, 1]}]}"#,
            over: ["l": .array(Array(repeating: 1, count: 5000))]
        )
        func count(_ trace: RuleTrace) -> Int { trace.children.reduce(1) { $0 + count($1) } }
        func omitted(_ trace: RuleTrace) -> Int { trace.children.reduce(trace.omitted) { $0 + omitted($1) } }
        #expect(count(many) == RuleTrace.maximumCount)
        #expect(count(many) + omitted(many) == 2 + 2 * 5000)
        #expect(many.outcome == .summary("a list of 5000 items"))
        #expect(many.json["summary"] == "a list of 5000 items")

        var deep = #"{"var": "x"}"#
        for _ in 0..<120 { deep = #"{"!": \#(deep)}"# }
        let nested = try trace(deep)
        #expect(count(nested) == RuleTrace.maximumDepth)
        #expect(omitted(nested) == 121 - RuleTrace.maximumDepth)
        #expect(try JSONValue(parsing: JSONWriter.text(nested.json)) == nested.json)

        let doubling = #"{"reduce": [{"var": "l"}, [{"var": "accumulator"}, {"var": "accumulator"}], 1]}"#
        let shared = try trace(doubling, over: ["l": .array(Array(repeating: 1, count: 60))])
        #expect(JSONWriter.bytes(shared.json).count < 1 << 20)
    }
}
