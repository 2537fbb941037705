import LockstepJSON
import LockstepModel
import Testing

/// Whatever rule and data are, an evaluation ends soon, with a value or with an error that says what to do.
struct RuleLimitsTests {
    private static func numbers(_ count: Int64) -> JSONValue { .array((0..<count).map { .integer($0) }) }

    private func code(_ rule: String, over variables: [String: JSONValue], limits: RuleLimits) throws -> RuleError.Code?
    {
        let rule = try #require(Rule.decode(try JSONValue(parsing: rule), at: JSONPointer()).rule)
        do {
            _ = try rule.value(in: variables, limits: limits)
            return nil
        } catch {
            let trace = rule.trace(in: variables, limits: limits)
            #expect(trace.outcome == .failure(error))
            return error.code
        }
    }

    @Test(
        .timeLimit(.minutes(2)),
        arguments: [
            (
                #"{"reduce": [{"var": "n"}, {"cat": [{"var": "accumulator"}, {"var": "accumulator"}]}, "aa"]}"#,
                .textTooLong
            ),
            (
                #"{"reduce": [{"var": "n"}, {"merge": [{"var": "accumulator"}, {"var": "accumulator"}]}, [1]]}"#,
                .tooManySteps
            ),
            (#"{"reduce": [{"var": "n"}, [{"var": "accumulator"}, {"var": "accumulator"}], 1]}"#, .tooManySteps),
            (
                #"{"cat": [1, {"reduce": [{"var": "n"}, [{"var": "accumulator"}, {"var": "accumulator"}], "abcdefgh"]}]}"#,
                .textTooLong
            ),
            (
                #"{"==": [{"reduce": [{"var": "n"}, [{"var": "accumulator"}, {"var": "accumulator"}], 1]}, {"reduce": [{"var": "n"}, [{"var": "accumulator"}, {"var": "accumulator"}], 1]}]}"#,
                .tooManySteps
            ),
            (#"{"map": [{"var": "n"}, {"map": [{"var": "."}, 1]}]}"#, nil),
            (
                #"{"map": [{"var": "many"}, {"reduce": [[1,2,3,4,5,6,7,8,9], {"+": [{"var": "accumulator"}, 1]}, 0]}]}"#,
                .tooManySteps
            ),
            (#"{"map": [{"var": "many"}, {"or": [0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}]}"#, .tooManySteps),
            (#"{"merge": [{"var": "many"}, {"var": "many"}, {"var": "many"}]}"#, .tooManySteps),
            (
                #"{"reduce": [{"var": "many"}, {"merge": [{"var": "accumulator"}, {"var": "current"}]}, []]}"#,
                .tooManySteps
            ),
            (#"{"cat": [{"var": "text"}, {"var": "text"}]}"#, .textTooLong),
            (#"[{"var": "text"}, {"var": "text"}]"#, .resultTooLarge),
            (#"{"cat": [{"var": "texts"}]}"#, .textTooLong),
            (#"{"map": [{"var": "many"}, {"cat": {"var": "none"}}]}"#, .tooManySteps),
            (#"{"in": [{"var": "part"}, {"var": "text"}]}"#, nil),
            (#"{"map": [{"var": "many"}, {"in": [{"var": ""}, "1"]}]}"#, .tooManySteps),
            (#"{"+": [{"var": "digits"}, 1]}"#, nil),
            (#"{"var": {"var": "dots"}}"#, .tooManySteps),
            (#"{"missing": {"var": "many"}}"#, .tooManySteps),
            (#"{"substr": [{"var": "text"}, 5, 100]}"#, nil),
        ] as [(String, RuleError.Code?)]
    )
    func `An evaluation that could go on for ever ends`(rule: String, code: RuleError.Code?) throws {
        let text = String(repeating: "a", count: 150_000)
        let variables: [String: JSONValue] = [
            "n": Self.numbers(60), "many": Self.numbers(40_000), "text": .string(text),
            "texts": [.string(text), .string(text)],
            "part": .string(String(repeating: "a", count: 75_000) + "b"),
            "digits": .string(String(repeating: "7", count: 100_000)),
            "dots": .string(String(repeating: ".", count: 150_000)),
        ]
        #expect(try self.code(rule, over: variables, limits: RuleLimits(steps: 100_000, bytes: 1 << 18)) == code)
    }

    @Test
    func `Nesting that grows with the data is found`() throws {
        let numbers = Self.numbers(20_000)
        let growing = [
            #"[{"var": "accumulator"}]"#, #"{"merge": [[{"var": "accumulator"}]]}"#, #"{"var": ""}"#,
            #"{"var": {"cat": ""}}"#, #"{"map": [[{"var": "accumulator"}], {"var": ""}]}"#,
            #"{"filter": [[{"var": "accumulator"}], true]}"#,
            #"{"reduce": [[1], [{"var": "accumulator"}], {"var": "accumulator"}]}"#,
        ]
        for body in growing {
            let rule = #"{"!!": {"reduce": [{"var": "numbers"}, \#(body), 0]}}"#
            #expect(try code(rule, over: ["numbers": numbers], limits: .standard) == .nestedTooDeep, "\(body)")
        }
        let flat =
            #"{"reduce": [{"var": "numbers"}, {"merge": [[{"var": "current"}], {"%": [{"var": "current"}, 7]}]}, 0]}"#
        #expect(try code(flat, over: ["numbers": numbers], limits: .standard) == nil)
        var chain = "0"
        for _ in 0..<20 { chain = #"{"reduce": [{"var": "numbers"}, [{"var": "accumulator"}], \#(chain)]}"# }
        #expect(
            try code(#"{"!!": \#(chain)}"#, over: ["numbers": Self.numbers(200)], limits: .standard) == .nestedTooDeep
        )
    }

    @Test
    func `A result is no deeper than what can be read again`() throws {
        var deep: JSONValue = 1
        for _ in 0..<JSONValue.maximumDepth { deep = [deep] }
        #expect(try code(#"{"var": "deep"}"#, over: ["deep": deep], limits: .standard) == nil)
        #expect(try code(#"[{"var": "deep"}]"#, over: ["deep": deep], limits: .standard) == .nestedTooDeep)
    }

    @Test
    func `The same evaluation takes the same steps, and the message says what to do`() throws {
        let rule = try #require(
            Rule.decode(["map": [["var": "n"], ["+": [["var": ""], 1]]]], at: JSONPointer()).rule
        )
        let variables = ["n": Self.numbers(100)]
        func ends(_ steps: Int) -> Bool {
            (try? rule.value(in: variables, limits: RuleLimits(steps: steps, bytes: 1 << 20))) != nil
        }
        var enough = 1
        while !ends(enough) { enough += 1 }
        #expect((300...800).contains(enough))
        #expect(!ends(enough - 1) && ends(enough))
        var message = ""
        do {
            _ = try rule.value(in: variables, limits: RuleLimits(steps: 100, bytes: 100))
        } catch {
            message = error.message
            #expect(error.pointer.tokens.starts(with: ["map", "1"]))
        }
        #expect(message.hasPrefix("the rule takes more than 100 steps (noticed at /map/1"))
        #expect(message.hasSuffix("); give it fewer items or shorter texts, or do the work in a tool"))
    }
}
