import LockstepCommands
import LockstepDefinitions
import LockstepJSON
import LockstepModel
import Testing

struct GraphTextTests {
    private func graph(_ name: String = "Pair", steps: Int = 1, variable: String = "words") throws -> FlowGraph {
        let middle = (1..<steps).map { number in
            """
            ,{"step_id": "step_\(number)", "tool": "reader", "parameter_mappings": {"file": "\(variable)", "other": "doc"},
              "output_mappings": {"text": "v\(number)"}}
            """
        }
        let json = """
            {"workflow_id": "pair", "name": "x", "version": "1.0.0", "description": "Reads.",
             "input_variables": [{"variable_id": "doc", "required": true, "schema": {"type": "file"}}],
             "steps": [{"step_id": "read", "tool": "reader", "when": {"!": {"var": "doc"}}, "parameter_mappings": {"file": "doc"},
                        "output_mappings": {"text": "\(variable)"}}\(middle.joined())],
             "outputs": ["\(variable)"]}
            """
        var workflow = try Workflow(definition: try JSONValue(parsing: json))
        workflow.name = name
        return FlowGraph(workflow)
    }

    @Test
    func `Each step says what it reads, from whom, and what it makes, for whom`() throws {
        #expect(
            GraphText.text(of: try graph(), width: nil, painter: .plain) == """
                Pair (pair 1.0.0)
                Reads.

                Inputs
                  doc: file, required; for 1 read

                Steps
                  1 read · reader
                      when {"!":{"var":"doc"}}
                      when ← doc (input)
                      file ← doc (input)
                      text → words; for output

                Outputs
                  words (1 read)

                """
        )
    }

    @Test
    func `A long workflow fits into 80 columns with every step`() throws {
        let long = "a_variable_" + String(repeating: "with_a_long_name_", count: 5)
        let text = GraphText.text(of: try graph(steps: 100, variable: long), width: 80, painter: .plain)
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.count > 400 && lines.allSatisfy { $0.displayWidth <= 80 })
        for number in 1..<100 { #expect(lines.contains("  \(number + 1) step_\(number) · reader")) }
    }

    @Test
    func `Nothing in a name steers the terminal`() throws {
        let text = GraphText.text(of: try graph("\u{1B}[2J\u{202E}a\nb"), width: 80, painter: .plain)
        #expect(text.hasPrefix("^[[2Ja b (pair 1.0.0)\n"))
    }

    @Test
    func `Colours are there only when they are wanted`() throws {
        let coloured = GraphText.text(of: try graph(), width: nil, painter: Painter(isEnabled: true))
        #expect(coloured.contains("\u{1B}[1m  1 read · reader\u{1B}[0m"))
        #expect(!GraphText.text(of: try graph(), width: nil, painter: .plain).contains("\u{1B}"))
    }
}
