import LockstepDefinitions
import LockstepModel
import Testing

/// Repeated parts, joined lists, members in placeholders, streams as files, and placeholders in the paths of outputs.
struct CommandFormTests {
    private static let head = """
        tool_id: t
        name: T
        version: 1.0.0
        parameters:
          tags: { schema: { type: array, items: { type: string } }, separator: "," }
          names: { schema: { type: array, items: { type: string } } }
          people:
            schema:
              type: array
              items: { type: object, properties: { name: { type: string } }, additionalProperties: false }
          count: { schema: { type: integer } }
          input: { schema: { type: file } }
          box: { schema: { type: object, properties: { size: { type: integer } } } }

        """

    private func load(_ text: String) throws -> TemporaryProject {
        let command = text.contains("command:") ? "" : "command: [run]\n"
        return try TemporaryProject(["tools-registry/t.yaml": Self.head + command + text])
    }

    @Test
    func `Every form is read`() throws {
        let project = try load(
            """
            command:
              - run
              - { repeat: ["-n", "${names}", ["-x", "${count}"]], over: names }
              - { repeat: ["${people.name}"], over: people }
              - "${input.stem}-${box.size}"
            outputs:
              log: { stderr: file, name: "${input.stem}.log" }
              out: { stdout: file }
              made: { path: "${input.name}.txt" }
              some: { path: [a.txt, "*.log"] }
              only: { path: "*.bam", schema: { type: file } }
            """
        )
        #expect(try project.check() == [])
        let tool = try project.catalog.tool(ToolID("t"))
        guard case .repetition(let items, over: "names") = tool.command[1] else {
            Issue.record("no repetition")
            return
        }
        #expect(items.count == 3)
        #expect(tool.parameter("tags")?.separator == ",")
        #expect(tool.output("log")?.source == .stream(.stderr, .file(name: "${input.stem}.log")))
        #expect(tool.output("out")?.source == .stream(.stdout, .file(name: "stdout")))
        #expect(tool.output("some")?.source == .paths(["a.txt", "*.log"]))
        #expect(tool.output("some")?.schema.isFileList == true)
        #expect(tool.output("only")?.schema.isFile == true)
    }

    @Test(arguments: [
        ("command: [{repeat: [a], over: names}]", "it cannot be repeated"),
        ("command: [run, {repeat: [a], over: count}]", "`over` names a list; `count` is an integer"),
        ("command: [run, {repeat: [a], over: name}]", "did you mean `${names}`?"),
        ("command: [run, {repeat: [], over: names}]", "needs at least one item"),
        ("command: [run, {repeat: [a]}]", "needs `over`"),
        ("command: [run, {repeat: [{repeat: [a], over: names}], over: names}]", "not another repeated part"),
        ("command: [run, {repeat: [\"${people.nam}\"], over: people}]", "did you mean `${people.name}`?"),
        ("command: [run, \"${count.digits}\"]", "`count` is an integer, which has no members such as `digits`"),
        ("command: [run, \"${input.nme}\"]", "did you mean `${input.name}`?"),
        ("command: [run, \"${box.weight}\"]", "`box` has no member `weight`; it has size"),
        ("outputs: {o: {path: \"${nothing}.txt\"}}", "the tool has no parameter `nothing`"),
        ("outputs: {o: {path: [a, ../b]}}", "must not leave the work folder"),
        ("outputs: {o: {path: []}}", "a list of paths needs at least one"),
        ("outputs: {o: {path: [a], schema: {type: file}}}", "several paths give a list"),
        ("outputs: {o: {stdout: file, name: a/b}}", "without folders"),
        ("outputs: {o: {stdout: text, name: a}}", "`name` needs `stdout: file`"),
        ("outputs: {o: {stdout: file, schema: {type: string}}}", "the schema must be `type: file`"),
    ])
    func `A mistake in one of them is found`(_ text: String, _ message: String) throws {
        let findings = try load(text + "\n").check()
        #expect(findings.contains { $0.contains(message) }, "\(findings)")
    }

    @Test
    func `A separator is for lists only`() throws {
        let text =
            "tool_id: t\nname: T\nversion: 1.0.0\ncommand: [run]\nparameters: {n: {schema: {type: integer}, separator: x}}\n"
        let findings = try TemporaryProject(["tools-registry/t.yaml": text]).check()
        #expect(findings.count == 1 && findings[0].contains("`separator` is for lists only"), "\(findings)")
    }
}
