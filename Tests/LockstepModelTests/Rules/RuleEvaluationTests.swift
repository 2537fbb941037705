import LockstepJSON
import LockstepModel
import Testing

/// What the tables of the documentation and the official cases leave open.
struct RuleEvaluationTests {
    /// Evaluates and writes the value, because 1 and 1.0 are equal values.
    private func text(_ rule: String, over variables: [String: JSONValue] = [:]) throws -> String {
        let (rule, problems) = Rule.decode(try JSONValue(parsing: rule), at: JSONPointer())
        try #require(problems.isEmpty, "\(problems)")
        return JSONWriter.text(try #require(rule).value(in: variables))
    }

    @Test(
        arguments: [
            (#"{"+": [9223372036854775806, 1]}"#, "9223372036854775807"),
            (#"{"+": [9223372036854775807, 1]}"#, "9.223372036854776e+18"),
            (#"{"-": [-9223372036854775807, 1]}"#, "-9223372036854775808"),
            (#"{"-": [-9223372036854775808]}"#, "9.223372036854776e+18"),
            (#"{"*": [3037000499, 3037000499]}"#, "9223372030926249001"),
            (#"{"*": [4294967296, 4294967296]}"#, "1.8446744073709552e+19"),
            (#"{"/": [9007199254740993, 3]}"#, "3002399751580331"),
            (#"{"/": [-9223372036854775808, -1]}"#, "9.223372036854776e+18"),
            (#"{"/": [7, 2]}"#, "3.5"),
            (#"{"%": [9007199254740993, 2]}"#, "1"),
            (#"{"%": [-9223372036854775808, -1]}"#, "0"),
            (#"{"%": [5.5, 2]}"#, "1.5"),
            (#"{"+": ["9007199254740993"]}"#, "9007199254740993"),
            (#"{"-": ["9007199254740993", 0]}"#, "9007199254740993"),
            (#"{"max": [9007199254740992, 9007199254740993]}"#, "9007199254740993"),
            (#"{"min": ["-9223372036854775808", -9223372036854775807]}"#, "-9223372036854775808"),
            (#"{"+": [1.5, 1.5]}"#, "3"), (#"{"+": [0.1, 0.2]}"#, "0.30000000000000004"), (#"{"*": [-0.5, 0]}"#, "0"),
            (
                #"{"cat": [9007199254740993, " ", 1e16, " ", 1e21, " ", 1e-7, " ", 0.000001, " ", 2.0, " ", -1.25e-9]}"#,
                #""9007199254740993 10000000000000000 1e+21 1e-7 0.000001 2 -1.25e-9""#
            ),
        ]
    )
    func `Whole numbers of 64 bits stay exact until they overflow`(rule: String, value: String) throws {
        #expect(try text(rule) == value)
    }

    @Test(
        arguments: [
            ("==", "9007199254740993", "9007199254740992", false),
            ("==", "9007199254740993", "9007199254740992.0", false),
            ("===", "9007199254740993", "9007199254740992.0", false),
            ("==", "9007199254740992", "9007199254740992.0", true),
            (">", "9007199254740993", "9007199254740992.0", true),
            ("<", "9223372036854775807", "9223372036854775808.0", true),
            (">=", "9223372036854775807", "9223372036854775808.0", false),
            (">", "-9223372036854775808", "-1e300", true),
            ("<", "1", "1.5", true), ("<", "-1.5", "-1", true), (">", "-1", "-1.5", true),
            ("==", #""9007199254740993""#, "9007199254740993", true),
            ("==", #""9007199254740993""#, "9007199254740992", false),
            ("<", "1e300", #""1e400""#, true),
        ]
    )
    func `Whole numbers and fractions are compared exactly`(name: String, one: String, other: String, holds: Bool)
        throws
    {
        #expect(try text(#"{"\#(name)": [\#(one), \#(other)]}"#) == "\(holds)")
    }

    @Test(
        arguments: [
            ("==", "null", "0", false), ("==", "null", "false", false), ("==", "null", #""""#, false),
            ("==", "null", "null", true),
            (">=", "null", "0", true), ("<", "null", "1", true),
            ("==", "true", "1", true), ("==", "true", #""1""#, true), ("==", "true", #""true""#, false),
            ("==", #""""#, "0", true), ("==", #"" \t""#, "0", true), ("==", #"" 12\n""#, "12", true),
            ("==", #""12a""#, "12", false),
            ("==", #""0x1F""#, "31", true), ("==", #""0b11""#, "3", true), ("==", #""-0x1""#, "-1", false),
            ("==", #"".5""#, "0.5", true),
            ("==", #""5.""#, "5", true), ("==", #"".""#, "0", false), ("==", #""1_000""#, "1000", false),
            ("==", #""nan""#, "0", false),
            ("==", #""\u00a05\ufeff""#, "5", true),
            ("==", "[1]", "1", true), ("==", "[]", "0", true), ("==", "[1, 2]", #""1,2""#, true),
            ("==", "[[1], [2]]", "[[1], [2]]", true),
            ("==", "[1]", "[2]", false), ("===", "1", "1.0", true), ("===", "1", "true", false),
            ("===", "{}", "{}", true),
            ("==", "{}", "[]", false),
            ("<", #""10""#, #""9""#, true), ("<", #""10""#, "9", false), ("<", #""a""#, "1", false),
            (">=", #""a""#, "1", false),
            ("<", "[2]", "10", true), ("<", "[2]", #""10""#, false), ("<", #""Z""#, #""a""#, true),
            ("<", #""a""#, #""a ""#, true),
            ("<", #""\ud83d\udc32""#, #""\uff5e""#, true), ("<", #""\uff5e""#, #""\ud83d\udc32""#, false),
            ("<", #""\ud7ff""#, #""\ud83d\udc32""#, true),
            ("in", "1", #""a1""#, true), ("in", "null", #""a null""#, true), ("in", #""""#, #""a""#, true),
            ("in", #""1""#, "[1]", false),
            ("in", "[1]", "[[1], 2]", true), ("in", #""a""#, "5", false), ("in", #""a""#, "null", false),
            ("in", #""aab""#, #""aaaab""#, true), ("in", #""abcabd""#, #""abcabcabd""#, true),
            ("in", #""aab""#, #""ab""#, false),
        ]
    )
    func `Values of different kinds are compared as ECMAScript does`(
        name: String,
        one: String,
        other: String,
        holds: Bool
    ) throws {
        #expect(try text(#"{"\#(name)": [\#(one), \#(other)]}"#) == "\(holds)", "\(one) \(name) \(other)")
    }

    @Test(
        arguments: [
            (#"{"+": ["1e400"]}"#, "null"), (#"{"*": [1e308, 10]}"#, "null"), (#"{"%": [1, 0]}"#, "null"),
            (#"{"+": ["a"]}"#, "null"),
            (#"{"max": [1, "x"]}"#, "null"), (#"[{"-": [{"/": [0, 0]}, 1]}, 2]"#, "[null,2]"),
            (#"{"cat": [{"/": [1, 0]}, {"/": [0, 0]}]}"#, #""InfinityNaN""#), (#"{"if": [{"/": [0, 0]}, 1, 2]}"#, "2"),
            (#"{"map": [[0, 1], {"/": [1, {"var": ""}]}]}"#, "[null,1]"),
            (#"{"==": [{"/": [0, 0]}, {"/": [0, 0]}]}"#, "false"),
        ]
    )
    func `Infinity and NaN never come out`(rule: String, value: String) throws {
        let rule = try #require(Rule.decode(try JSONValue(parsing: rule), at: JSONPointer()).rule)
        // Not as text, because null is written for both.
        #expect(try rule.value(in: [:]) == JSONValue(parsing: value))
    }

    @Test(
        arguments: [
            ("0, 2", "a"), ("0, 3", "a🐲"), ("1, 2", "🐲"), ("2", "b"), ("1, 1", ""), ("2, 1", ""), ("-2", "b"),
            ("-3", "🐲b"),
            ("0, -2", "a"), ("0, -1", "a🐲"), ("1.9, 2.9", "🐲"), ("\"1\", \"2\"", "🐲"), ("9", ""), ("-99, 1", "a"),
            ("0, null", ""),
            ("1e300", ""), ("-1e300, 1e300", "a🐲b"), ("\"x\", 1", "a"), ("1, -99", ""),
        ]
    )
    func `A cut through a surrogate pair leaves the half out`(range: String, value: String) throws {
        #expect(try text(#"{"substr": ["a🐲b", \#(range)]}"#) == JSONWriter.text(.string(value)))
    }

    @Test
    func `Paths know no special names, no texts and no other spelling`() throws {
        let variables: [String: JSONValue] = [
            "list": [1, ["x"]], "text": "abc",
            "o": ["__proto__": 1, "constructor": 2, "length": 3, "a.b": 4, "": 5, "0": 6],
            "e\u{301}": 7, "__proto__": ["x": 8], "a": ["": ["b": 9]],
        ]
        for (path, value) in [
            ("o.__proto__", "1"), ("o.constructor", "2"), ("o.length", "3"), ("o.a.b", "null"), ("o.", "5"),
            ("o.0", "6"),
            ("__proto__.x", "8"), ("a..b", "9"), ("list.length", "null"), ("list.1.0", "\"x\""), ("list.01", "null"),
            ("list.-1", "null"),
            ("list.2", "null"), ("list.99999999999999999999", "null"), ("text.0", "null"), ("text.length", "null"),
            ("constructor", "null"), ("toString", "null"), ("e\u{301}", "7"), ("\u{e9}", "null"), (".", "null"),
        ] {
            #expect(try text(#"{"var": "\#(path)"}"#, over: variables) == value, "\(path)")
            #expect(try text(#"{"var": {"cat": "\#(path)"}}"#, over: variables) == value, "computed \(path)")
        }
        #expect(try text(#"{"in": ["\u00e9", "e\u0301"]}"#) == "false")
        #expect(try text(#"{"==": ["\u00e9", "e\u0301"]}"#) == "false")
        #expect(try text(#"{"===": [{"var": "x"}, "e\u0301"]}"#, over: ["x": "\u{e9}"]) == "false")
    }

    @Test
    func `Data is never evaluated`() throws {
        let hidden: JSONValue = ["var": "secret"]
        let variables: [String: JSONValue] = ["secret": 1, "x": hidden, "l": [hidden]]
        #expect(try text(#"{"var": "x"}"#, over: variables) == #"{"var":"secret"}"#)
        #expect(try text(#"{"map": [{"var": "l"}, {"var": ""}]}"#, over: variables) == #"[{"var":"secret"}]"#)
        #expect(try text(#"{"missing": {"var": "l"}}"#, over: variables) == #"[{"var":"secret"}]"#)
        #expect(try text(#"{"or": [{"var": "x"}, 2]}"#, over: variables) == #"{"var":"secret"}"#)
    }

    @Test
    func `What is not needed is not evaluated`() throws {
        let costly = #"{"reduce": [{"var": "n"}, {"cat": [{"var": "accumulator"}, {"var": "accumulator"}]}, "aa"]}"#
        let n = JSONValue.array(Array(repeating: 1, count: 100))
        for rule in [#"{"or": [1, \#(costly)]}"#, #"{"if": [true, 1, \#(costly)]}"#, #"{"var": ["one", \#(costly)]}"#] {
            #expect(try text(rule, over: ["n": n, "one": 1]) == "1")
        }
        #expect(try text(#"{"and": [0, \#(costly)]}"#, over: ["n": n]) == "0")
        #expect(throws: RuleError.self) { try text(costly, over: ["n": n]) }
    }

    @Test
    func `Everything comes in the order of names, whatever the order of the dictionary`() throws {
        let names = (0..<50).map { "v\($0 * 7919 % 50)" }
        let variables = Dictionary(uniqueKeysWithValues: names.map { ($0, JSONValue.null) })
        let value = try #require(Rule.decode(["var": ""], at: JSONPointer()).rule).value(in: variables)
        #expect(value.objectValue?.names == names.sorted())
    }
}
