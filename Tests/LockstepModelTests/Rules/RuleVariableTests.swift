import LockstepJSON
import LockstepModel
import Testing

struct RuleVariableTests {
    private func rule(_ text: String) throws -> Rule {
        try #require(Rule.decode(try JSONValue(parsing: text), at: JSONPointer()).rule)
    }

    private func shown(_ variables: [RuleVariable]) -> [String] {
        variables.map {
            "\($0.name) \($0.path) at \($0.pointer)\($0.isConditional ? " conditional" : "")\($0.hasDefault ? " default" : "")"
        }
    }

    @Test
    func `Variables are named with path and place, whether they are conditional and whether they have a default`()
        throws
    {
        let rule = try rule(
            #"{"if": [{"and": [{"var": "a.b"}, {"var": "c"}]}, {"var": ["d.0", {"var": "e"}]}, [{"var": 7}, {"var": ["f", 1]}]]}"#
        )
        #expect(
            shown(rule.variables) == [
                "a a.b at /if/0/and/0", "c c at /if/0/and/1 conditional", "d d.0 at /if/1 conditional default",
                "e e at /if/1/var/1 conditional", "7 7 at /if/2/0 conditional", "f f at /if/2/1 conditional default",
            ]
        )
        #expect(!rule.readsAnything)
        #expect(rule.soughtVariables.isEmpty)
    }

    @Test(arguments: ["map", "filter", "all", "none", "some"])
    func `What is read of an item is no variable`(name: String) throws {
        let rule = try rule(
            #"{"\#(name)": [{"var": "list"}, {"and": [{"var": "item"}, {"var": ""}, {"missing": ["x"]}]}]}"#
        )
        #expect(rule.variables.map(\.path) == ["list"])
        #expect(rule.soughtVariables.isEmpty)
        #expect(!rule.readsAnything)
    }

    @Test
    func `A reduce reads the list and what it begins with`() throws {
        let rule = try rule(
            #"{"reduce": [{"var": "list"}, {"+": [{"var": "accumulator.x"}, {"var": "current"}]}, {"var": "start"}]}"#
        )
        #expect(shown(rule.variables) == ["list list at /reduce/0", "start start at /reduce/2"])
    }

    @Test
    func `What is only looked for is listed apart`() throws {
        let rule = try rule(#"{"or": [{"missing": ["a", "b.c"]}, {"missing_some": [1, ["d", 3]]}, {"missing": "e"}]}"#)
        #expect(rule.variables.isEmpty)
        #expect(rule.soughtVariables.map(\.path) == ["a", "b.c", "d", "3", "e"])
        #expect(rule.soughtVariables.map(\.name) == ["a", "b", "d", "3", "e"])
        #expect(!rule.readsAnything)
    }

    @Test(
        arguments: [
            (#"{"var": ""}"#, []), (#"{"var": []}"#, []), (#"{"var": null}"#, []),
            (#"{"var": {"var": "name"}}"#, ["name"]),
            (#"{"var": [{"cat": ["x", {"var": "n"}]}, {"var": "d"}]}"#, ["n", "d"]),
            (#"{"missing": {"var": "names"}}"#, ["names"]),
            (#"{"missing": ["a", {"var": "b"}]}"#, ["b"]),
            (#"{"missing_some": [1, {"merge": ["a", {"var": "b"}]}]}"#, ["b"]),
        ]
    )
    func `A computed path may read anything`(text: String, paths: [String]) throws {
        let rule = try rule(text)
        #expect(rule.readsAnything)
        #expect(rule.variables.map(\.path) == paths)
    }

    @Test
    func `A literal reads nothing`() throws {
        for text in ["17", #""text""#, "[1, 2]", "{}", #"{"a": 1, "b": 2}"#] {
            let rule = try rule(text)
            #expect(rule.variables.isEmpty && !rule.readsAnything)
        }
    }
}
