import LockstepExecution
import LockstepJSON
import LockstepModel
import Testing

@testable import LockstepEngine

/// Values that are too large for a command line, wherever they come from (formats document, `pass: file`).
struct StepPreparationSizeTests {
    private func prepare(
        _ mapping: Mapping,
        type: String,
        passesAsFile: Bool = false,
        variables: [String: JSONValue] = [:]
    ) throws -> StepPreparation.Prepared {
        let schema = try ValueSchema(decoding: ["type": .string(type)])
        let template = try #require(Template(parsing: "${text}"))
        let tool = Tool(
            id: ToolID("t"),
            name: "T",
            version: "1",
            command: [.argument(template)],
            parameters: [Parameter(name: "text", schema: schema, passesAsFile: passesAsFile)]
        )
        let step = WorkflowStep(
            id: StepID("s"),
            work: .tool(ToolReference(id: ToolID("t"))),
            parameterMappings: [ParameterMapping("text", mapping)]
        )
        return try StepPreparation(step: step, tool: tool, variables: variables, blobPath: { $0 }).prepare()
    }

    private func rule(_ json: JSONValue) throws -> Mapping {
        .rule(try #require(Rule.decode(json, at: JSONPointer()).rule))
    }

    /// The largest text that goes through an argument.
    private let half = String(repeating: "x", count: 32_768)

    @Test
    func `The result of a rule is as large as it is, not as its variables are`() throws {
        let mapping = try rule(["cat": [["var": "half"], ["var": "half"]]])
        let prepared = try prepare(mapping, type: "string", variables: ["half": .string(half)])
        #expect(prepared.command == [half + half])
        let longer = try rule(["cat": [["var": "half"], ["var": "half"], "y"]])
        let error = #expect(throws: StepFailure.self) {
            try prepare(longer, type: "string", variables: ["half": .string(half)])
        }
        #expect(error?.code == .resourceLimit)
        #expect(
            error?.message
                == "Step s was not started: parameter text is 65537 bytes, and no value over 64 KiB goes through the command "
                + "line; in the tool t write `pass: file` for this parameter, or give it on `stdin`."
        )
        let file = try prepare(longer, type: "string", passesAsFile: true, variables: ["half": .string(half)])
        #expect(file.inputs == [StepInputFile(.bytes(Array((half + half + "y").utf8)), path: "/in/text/text.txt")])
    }

    @Test
    func `A gathered list counts as a whole, also when each item is small`() throws {
        let list = JSONValue.array((0..<10_000).map { .string("item \($0)") })
        let error = #expect(throws: StepFailure.self) {
            try prepare(.variable("texts"), type: "array", variables: ["texts": list])
        }
        #expect(error?.code == .resourceLimit)
        for word in ["Step s", "parameter text", "64 KiB", "`pass: file`", "`stdin`"] {
            #expect(error?.message.contains(word) == true, "\(word) in \(error?.message ?? "")")
        }
        let file = try prepare(.variable("texts"), type: "array", passesAsFile: true, variables: ["texts": list])
        #expect(file.command == ["/in/text/text.json"])
        #expect(file.inputs == [StepInputFile(.bytes(JSONWriter.bytes(list)), path: "/in/text/text.json")])
    }

    @Test
    func `No value is larger than 16 MiB, however it is passed`() throws {
        let most = Int(ResourceLimits.valueSize.bytes)
        let fits = try prepare(
            .variable("x"),
            type: "string",
            passesAsFile: true,
            variables: ["x": .string(String(repeating: "x", count: most))]
        )
        #expect(fits.command == ["/in/text/text.txt"])
        let error = #expect(throws: StepFailure.self) {
            try prepare(
                .variable("x"),
                type: "string",
                passesAsFile: true,
                variables: ["x": .string(String(repeating: "x", count: most + 1))]
            )
        }
        #expect(error?.code == .resourceLimit)
        #expect(
            error?.message.hasSuffix("more than the 16 MiB that one value may take; pass it as a file.") == true,
            "\(error?.message ?? "")"
        )
    }

    @Test(arguments: [9_007_199_254_740_993, -9_007_199_254_740_993, Int64.max, Int64.min])
    func `A whole number of 64 bits reaches the argument exactly`(whole: Int64) throws {
        #expect(try prepare(.literal(.integer(whole)), type: "integer").command == [String(whole)])
        let variables: [String: JSONValue] = ["x": .integer(whole)]
        #expect(try prepare(.variable("x"), type: "integer", variables: variables).command == [String(whole)])
        #expect(try prepare(try rule(["var": "x"]), type: "integer", variables: variables).command == [String(whole)])
    }
}
