import LockstepJSON
import LockstepModel
import Testing

struct RuleDecodingTests {
    private func problems(_ text: String) throws -> [SyntaxProblem] {
        Rule.decode(try JSONValue(parsing: text), at: JSONPointer(["steps", "0", "when"])).problems
    }

    private func messages(_ text: String) throws -> [String] {
        try problems(text).map { "\($0.pointer) \($0.message)" }
    }

    @Test
    func `Everything wrong is found at once, with its place in the document`() throws {
        let found = try messages(
            #"{"and": [{"fliter": true}, {"==": [1]}, [{"var": [{"subst": []}]}, {"var": [[1]]}]]}"#
        )
        #expect(
            found == [
                "/steps/0/when/and/0/fliter `fliter` is not an operator of rules; did you mean `filter`?",
                "/steps/0/when/and/1/== `==` takes 2 values; here it has 1",
                "/steps/0/when/and/2/0/var/0/subst `subst` is not an operator of rules; did you mean `substr`?",
                "/steps/0/when/and/2/1/var/0 `var` takes the path of a variable, such as `page.count`; this is the list [1]",
            ]
        )
    }

    @Test(
        arguments: [
            ("=", "=="), ("&&", "and"), ("||", "or"), ("=>", ">="), ("gt", ">"), ("not", "!"), ("Var", "var"),
            ("mrege", "merge"),
            ("concat", "cat"), ("contains", "in"), ("missingsome", "missing_some"), ("any", "some"),
        ]
    )
    func `An unknown operator is refused with what was meant`(name: String, meant: String) throws {
        let problem = try #require(try problems(#"{"\#(name)": [1, 2]}"#).first)
        #expect(problem.suggestion == meant)
        #expect(problem.concernsName)
        #expect(problem.pointer == JSONPointer(["steps", "0", "when", name]))
        #expect(problem.message == "`\(name)` is not an operator of rules; did you mean `\(meant)`?")
    }

    @Test(arguments: ["frobnicate", "@", "__proto__", "constructor", "toString", "Math.max", ""])
    func `Without anything near, all operators are named`(name: String) throws {
        let problem = try #require(try problems(#"{"\#(name)": 1}"#).first)
        #expect(problem.suggestion == nil)
        #expect(
            problem.message.hasPrefix(
                "`\(name)` is not an operator of rules; the operators are var missing missing_some if"
            )
        )
    }

    @Test(
        arguments: [
            (#"{"==": [1, 2, 3]}"#, "`==` takes 2 values; here it has 3"),
            (
                #"{">": [3, 2, 1]}"#,
                "`>` takes 2 values; here it has 3; to say that one value lies between two others use `<` or `<=`"
            ),
            (#"{"<": [1]}"#, "`<` takes 2 or 3 values; here it has 1"),
            (#"{"!": []}"#, "`!` takes 1 value; here it has 0; an empty list as the value is written `[[]]`"),
            (#"{"*": []}"#, "`*` takes at least 1 value; here it has 0"),
            (#"{"map": {"var": "x"}}"#, "`map` takes 2 values; here it has 1"),
            (
                #"{"var": ["a", 1, 2]}"#,
                "`var` takes 0 to 2 values; here it has 3; the second is for when there is no such variable"
            ),
            (#"{"missing_some": ["a"]}"#, "`missing_some` takes 2 values; here it has 1"),
            (#"{"substr": "abc"}"#, "`substr` takes 2 or 3 values; here it has 1"),
        ]
    )
    func `A number of values that an operator cannot take is refused`(rule: String, message: String) throws {
        #expect(try problems(rule).map(\.message) == [message])
    }

    @Test(arguments: [
        #"{"if": []}"#, #"{"missing": []}"#, #"{"merge": []}"#, #"{"var": []}"#, #"{"cat": []}"#, #"{"+": []}"#,
    ])
    func `Operators that take any number of values take none`(rule: String) throws {
        #expect(try problems(rule).isEmpty)
    }

    @Test
    func `An object with several members that looks like a rule is refused, other objects are values`() throws {
        #expect(
            try messages(#"{"if": [true, {">": [1, 2], "<": [1, 2]}]}"#).map { $0.prefix(60) } == [
                "/steps/0/when/if/1/> an object with several members is a val",
                "/steps/0/when/if/1/< an object with several members is a val",
            ]
        )
        #expect(
            try messages(#"{"if": [true, {"a": [{"var": "x"}], "b": 1}]}"#) == [
                "/steps/0/when/if/1/a/0 a rule inside an object with several members is not evaluated, it is part of the value; "
                    + "map the members one by one, or make the object in a tool"
            ]
        )
        #expect(try problems(#"{"if": [true, {"min": 1, "max": 3, "all": [{"some": 1}]}, {}]}"#).isEmpty)
    }

    @Test(arguments: [128, 129, 300, 10_000])
    func `Nesting is bounded, and said once`(depth: Int) throws {
        for wrapped in [{ JSONValue.array([$0]) }, { ["!": $0] }, { ["a": $0, "b": 1] }] {
            var json: JSONValue = true
            for _ in 0..<depth { json = wrapped(json) }
            let (rule, problems) = Rule.decode(json, at: JSONPointer(["when"]))
            #expect((rule != nil) == (depth <= Rule.maximumDepth))
            #expect(
                problems.map { $0.message.prefix(45) }
                    == (rule == nil ? ["the rule is nested deeper than 128 levels; `a"] : [])
            )
            #expect(problems.allSatisfy { $0.pointer.tokens.count == Rule.maximumDepth + 2 })
            if let rule { _ = try rule.value(in: [:]) }
        }
    }

    @Test
    func `The size is bounded, and said once`() throws {
        let names = JSONValue.array((0..<99_990).map { .string("n\($0)") })
        #expect(Rule.decode(["in": ["n5", names]], at: JSONPointer()).problems.isEmpty)
        let problems = Rule.decode(["and": [["in": ["n5", names]], ["in": ["n6", names]]]], at: JSONPointer()).problems
        #expect(
            problems.map(\.message) == [
                "the rule consists of more than 100000 values; keep long lists in a variable"
            ]
        )
        #expect(problems.map(\.pointer) == [JSONPointer()])
    }

    @Test
    func `Rules are equal when they are written alike`() throws {
        let text = #"{"==": [{"var": "a"}, 1]}"#
        let one = Rule.decode(try JSONValue(parsing: text), at: JSONPointer()).rule
        let other = Rule.decode(try JSONValue(parsing: text), at: JSONPointer(["x"])).rule
        #expect(one == other)
        #expect(one != nil)
        #expect(one?.json == (try JSONValue(parsing: text)))
    }
}
