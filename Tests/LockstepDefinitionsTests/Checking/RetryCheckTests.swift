import Testing

/// What `lockstep check` says about a step's `retry`.
struct RetryCheckTests {
    private func problems(_ retry: String, tool: (String, String)? = nil) throws -> [String] {
        var files = Sample.files
        files["workflows/analyze_document.yaml"] = Sample.workflow.replacing("timeout: 5m", with: "retry: \(retry)")
        if let tool {
            files["tools-registry/text_analyzer/tool.yaml"] = Sample.analyzer.replacing(tool.0, with: tool.1)
        }
        return try TemporaryProject(files).check().map { String($0.drop { $0 != ":" }.dropFirst()) }
    }

    @Test(
        arguments: [
            ("{ max_attempts: 3 }", []),
            (
                "{ max_attempts: 5, backoff: 2s, factor: 1.5, max_backoff: 1m, jitter: 0.2, on_exit_codes: [75, 69] }",
                []
            ), ("{ max_attempts: 2, backoff: 5m }", []),
            ("{}", ["17:12: error: `retry` needs `max_attempts`"]),
            ("3", ["17:12: error: `retry` must be an object with names and values; it is 3"]),
            (
                "{ max_attempts: 0 }",
                ["17:28: error: `max_attempts` must be a whole number from 1 to 100; it is 0"]
            ),
            (
                "{ max_attempts: 2, back_off: 1s }",
                ["17:31: error: `retry` has no key `back_off`; did you mean `backoff`?"]
            ),
            (
                "{ max_attempts: 2, backoff: 1 }",
                ["17:40: error: `backoff` must be a time such as 250ms, 30s, 5m or 2h; it is 1"]
            ), ("{ max_attempts: 2, backoff: 2d }", ["17:40: error: `backoff` must be at most 1d; it is 2d"]),
            (
                "{ max_attempts: 2, backoff: 10s, max_backoff: 5s }",
                ["17:58: error: `max_backoff` is 5s, less than the first wait, which is 10s"]
            ),
            (
                "{ max_attempts: 2, factor: 0.5 }",
                ["17:39: error: `factor` must be a number from 1 to 100; it is 0.5"]
            ), ("{ max_attempts: 2, jitter: 2 }", ["17:39: error: `jitter` must be a number from 0 to 1; it is 2"]),
            (
                "{ max_attempts: 2, on_exit_codes: [] }",
                [
                    "17:46: error: no exit code would be tried again; name at least one, or leave `on_exit_codes` out to try all again"
                ]
            ),
            (
                "{ max_attempts: 2, on_exit_codes: [1, 256] }",
                ["17:50: error: an exit code that means failure is a whole number from 1 to 255; it is 256"]
            ),
        ] as [(String, [String])]
    )
    func `What is wrong with a retry is said with its place`(retry: String, expected: [String]) throws {
        #expect(try problems(retry) == expected)
    }

    @Test
    func `An exit code that means success is never tried again, and the check says so`() throws {
        let found = try problems(
            "{ max_attempts: 2, on_exit_codes: [1, 75] }",
            tool: ("outputs:", "exit_codes: { success: [0, 75] }\noutputs:")
        )
        #expect(
            found == [
                "17:50: error: the exit code 75 means success for the tool `text_analyzer`, so it is never tried again"
            ]
        )
    }

    @Test
    func `A tool that may run only once is not tried again, and the check says so`() throws {
        let found = try problems("{ max_attempts: 2 }", tool: ("outputs:", "idempotent: false\noutputs:"))
        #expect(
            found == [
                "17:5: error: the tool `text_analyzer` says `idempotent: false`, so nothing starts it a second time by itself; leave `retry` out"
            ]
        )
    }
}
