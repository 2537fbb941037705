import LockstepDefinitions
import LockstepModel
import Testing

struct FlowGraphTests {
    /// Edges as `from -variable-> to: use`.
    private func edges(_ graph: FlowGraph) -> [String] {
        graph.edges.map { edge in
            "\(graph.nodes[edge.source].name) -\(edge.variable)-> \(graph.nodes[edge.target].name): \(edge.use.noun)"
        }
    }

    @Test
    func `Values flow from inputs and steps into parameters and outputs`() throws {
        let graph = FlowGraph(try FlowSample.pair)
        #expect(graph.nodes.map(\.name) == ["doc", "depth", "read", "count", "count"])
        #expect(
            edges(graph) == [
                "doc -doc-> read: file", "read -words-> count: words", "depth -depth-> count: depth",
                "count -count-> count: output",
            ]
        )
        #expect(graph.edges.allSatisfy { !$0.use.isControl })
        #expect(graph.nodes[2].step?.makes == [OutputMapping("text", "words")])
        #expect(graph.nodes[2].step?.notes == [])
    }

    @Test
    func `Guards and loops read as well, and rules read each variable they name`() throws {
        let graph = FlowGraph(try FlowSample.flow)
        #expect(
            edges(graph) == [
                "doc -doc-> split: file", "split -pages-> ocr: for each", "split -title-> ocr: title",
                "loud -loud-> check: when", "ocr -texts-> check: when", "ocr -texts-> check: doc",
                "split -title-> check: doc", "check -verdict-> tell: text", "check -verdict-> verdict: output",
                "ocr -texts-> texts: output",
            ]
        )
        #expect(graph.edges.filter(\.use.isControl).map(\.variable) == ["pages", "loud", "texts"])
    }

    @Test
    func `A step says what decides whether, how often and how it runs`() throws {
        let steps = FlowGraph(try FlowSample.flow).nodes.compactMap(\.step)
        #expect(steps.map(\.number) == [1, 2, 3, 4, 5])
        #expect(steps.map(\.isFinal) == [false, false, false, false, true])
        #expect(steps.map(\.isCall) == [false, false, true, false, false])
        #expect(steps[0].notes == ["at most 5m"])
        #expect(
            steps[1].notes == [
                "for each page of pages, 3 at a time", "up to 4 attempts", "the job goes on when it fails",
            ]
        )
        #expect(steps[2].notes == [#"when {"and":[{"var":"loud"},{"var":"texts"}]}"#])
        #expect(steps[2].workText == "workflow inner")
        #expect(steps[3].notes == ["everything may read any variable"])
        #expect(steps[4].notes == ["only after failure or cancel"])
    }

    @Test
    func `An item of a loop hides a variable of the same name`() throws {
        let step = WorkflowStep(
            id: StepID("each"),
            work: .tool(ToolReference(id: ToolID("t"))),
            parameterMappings: [ParameterMapping("p", .variable("page"))],
            loop: StepLoop(.items(.variable("pages")), as: "page")
        )
        let inputs = ["page", "pages"].map { InputVariable(id: $0, schema: ValueSchema()) }
        let graph = FlowGraph(
            Workflow(id: WorkflowID("w"), name: "W", version: "1", inputVariables: inputs, steps: [step])
        )
        #expect(edges(graph) == ["pages -pages-> each: for each"])
    }
}
