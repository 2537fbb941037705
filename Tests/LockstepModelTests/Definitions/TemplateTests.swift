import LockstepModel
import Testing

struct TemplateTests {
    @Test(
        arguments: [
            ("", []), ("plain", [.literal("plain")]), ("${a}", [.placeholder("a")]),
            ("--x=${a}/${b}!", [.literal("--x="), .placeholder("a"), .literal("/"), .placeholder("b"), .literal("!")]),
            ("$${a}", [.literal("${a}")]), ("$$${a}", [.literal("$${a}")]), ("$5 and $", [.literal("$5 and $")]),
            ("}${a}}", [.literal("}"), .placeholder("a"), .literal("}")]), ("${a b}", [.placeholder("a b")]),
        ] as [(String, [Template.Segment])]
    )
    func `A text is split into literals and placeholders`(text: String, segments: [Template.Segment]) {
        #expect(Template(parsing: text)?.segments == segments)
    }

    @Test(arguments: ["${", "${a", "x${}y", "${a}${"])
    func `A placeholder without an end or a name is refused`(text: String) {
        #expect(Template(parsing: text) == nil)
    }

    @Test
    func `Only a lone placeholder is sole`() throws {
        #expect(Template(parsing: "${a}")?.solePlaceholder == "a")
        #expect(Template(parsing: "${a}${a}")?.solePlaceholder == nil)
        #expect(Template(parsing: "${a}${b}-${a}")?.placeholders == ["a", "b", "a"])
    }
}
