import LockstepCommands
import LockstepEngine
import LockstepJSON
import LockstepModel
import Testing

struct InputArgumentsTests {
    @Test
    func `The first equals sign ends the name and everything after it is the value`() throws {
        let inputs = try InputArguments(["query=a=b c", "empty=", "n=-5"]).inputs
        #expect(inputs.map(\.name) == ["query", "empty", "n"])
        #expect(inputs.map(\.value) == [.text("a=b c"), .text(""), .text("-5")])
    }

    @Test
    func `All arguments without name or equals sign are named at once`() {
        let error = #expect(throws: CommandFailure.self) { try InputArguments(["one", "a=1", "=two", "thr\u{1B}ee"]) }
        #expect(error?.status == .usage)
        #expect(error?.message.contains("`one`, `=two`, `thr^[ee`") == true)
    }

    @Test
    func `An argument replaces what a file says for the same variable, by id or by name`() throws {
        let workflow = Workflow(
            id: WorkflowID("w"),
            name: "W",
            version: "1",
            inputVariables: [
                InputVariable(id: "a", name: "alpha", schema: ValueSchema()),
                InputVariable(id: "b", schema: ValueSchema()),
            ],
            steps: []
        )
        let fromFile = [
            GivenInput(name: "a", value: .json(1), folder: "/f"), GivenInput(name: "b", value: .json(2), folder: "/f"),
        ]
        let joined = try InputArguments(["alpha=3"]).joined(with: fromFile, of: workflow.inputVariables)
        #expect(joined.map(\.name) == ["b", "alpha"])
    }
}
