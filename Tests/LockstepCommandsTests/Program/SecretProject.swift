import LockstepTestSupport

/// A small project whose one tool asks for the secret API_TOKEN.
enum SecretProject {
    static func make(_ script: String, outputs: String = "out: { path: out.txt, schema: { type: string } }") throws
        -> CommandLineTest
    {
        let test = try SmallProject.shell(script, outputs: outputs)
        try test.file(
            "tools-registry/shell/tool.yaml",
            """
            tool_id: shell
            name: Shell
            version: 1.0.0
            command: [sh, /tool/run.sh, "${text}"]
            secrets: [API_TOKEN]
            progress: { pattern: 'page (?<current>\\d+) of (?<total>\\d+)' }
            parameters:
              text: { default: hello, schema: { type: string } }
            outputs:
              \(outputs)
            """
        )
        return test
    }
}
