import LockstepTestSupport

/// Small projects that the tests of the real program work on.
enum SmallProject {
    /// One step that runs a shell script; its inputs are `text` (a string) and `level` (low or high), `document` is a file.
    static func shell(_ script: String, outputs: String = "out: { stdout: text, schema: { type: string } }") throws
        -> CommandLineTest
    {
        let test = try CommandLineTest()
        try test.file("tools-registry/shell/run.sh", script + "\n")
        try test.file(
            "tools-registry/shell/tool.yaml",
            """
            tool_id: shell
            name: Shell
            version: 1.0.0
            command: [sh, /tool/run.sh, "${text}"]
            parameters:
              text: { default: hello, schema: { type: string } }
            outputs:
              \(outputs)
            """
        )
        try test.file(
            "workflows/work.yaml",
            """
            workflow_id: work
            name: Work
            version: 1.0.0
            input_variables:
              - { variable_id: text, default: hello, schema: { type: string } }
            steps:
              - step_id: only
                tool: shell
                parameter_mappings: { text: text }
                output_mappings: { out: result }
            outputs: [result]
            """
        )
        return test
    }

    /// A workflow whose inputs are of every kind that can go wrong; its one step copies the document.
    static func inputs() throws -> CommandLineTest {
        let test = try CommandLineTest()
        try test.file(
            "tools-registry/copier.yaml",
            """
            tool_id: copier
            name: Copier
            version: 1.0.0
            command: [cp, "${document}", copy.txt]
            parameters:
              document: { required: true, schema: { type: file } }
            outputs:
              copy: { path: copy.txt, schema: { type: file } }
            """
        )
        try test.file(
            "workflows/copy.yaml",
            """
            workflow_id: copy
            name: Copy
            version: 1.0.0
            input_variables:
              - { variable_id: document, required: true, schema: { type: file, mime_types: [text/plain] } }
              - { variable_id: level, required: true, schema: { type: string, enum: [low, high] } }
              - { variable_id: count, default: 1, schema: { type: integer, minimum: 1, maximum: 9 } }
            steps:
              - step_id: copy
                tool: copier
                parameter_mappings: { document: document }
                output_mappings: { copy: copied }
            outputs: [copied]
            """
        )
        try test.file("note.txt", "A note of one line.\n")
        return test
    }
}
