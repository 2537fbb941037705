import LockstepDefinitions

/// The rich definitions of the fixtures with one mistake each.
struct BrokenDefinition: Sendable, CustomStringConvertible {
    let kind: EditorSchema.Kind
    /// A text of the fixture, and what stands there instead.
    let old: String
    let new: String

    var description: String { "\(kind.rawValue): \(old) → \(new)" }

    private init(_ kind: EditorSchema.Kind, _ old: String, _ new: String) {
        self.kind = kind
        self.old = old
        self.new = new
    }

    static let fixtures: [EditorSchema.Kind: (file: String, id: String)] = [
        .workflow: ("workflows/rich.yaml", "workflow_id: rich"), .tool: ("tools-registry/kit.yaml", "tool_id: kit"),
        .tests: ("workflow-tests/rich.yaml", "test_id: rich"),
    ]

    static let all = workflows + tools + tests

    private static let workflows = [
        BrokenDefinition(.workflow, "output_mappings:\n      out: said", "output_mapping:\n      out: said"),
        BrokenDefinition(.workflow, "name: Rich", "nmae: Rich"),
        BrokenDefinition(.workflow, "version: 1.0.0", "version: 1.0"),
        BrokenDefinition(.workflow, "timeout: 2h", "timeout: 2 hours"),
        BrokenDefinition(.workflow, "timeout: 2h", "timeout: 0s"),
        BrokenDefinition(.workflow, "variable_id: n,", "variable_id: job,"),
        BrokenDefinition(.workflow, "variable_id: story", "variable_id: a.story"),
        BrokenDefinition(.workflow, "schema: {type: integer}}", "schema: {type: int}}"),
        BrokenDefinition(.workflow, "schema: {type: integer}}", "schema: {type: integer, minimun: 1}}"),
        BrokenDefinition(.workflow, "tool: {tool_id: kit, version: \"2.3\"}", "tool: kitt"),
        BrokenDefinition(.workflow, "version: \"2.3\"", "version: \"2.4\""),
        BrokenDefinition(.workflow, "version: \"2.3\"", "version: 2.3"),
        BrokenDefinition(.workflow, "      text: hello\n", ""),
        BrokenDefinition(.workflow, "parameter_mappings: {count: 3}", "parameter_mappings: {}"),
        BrokenDefinition(.workflow, "    parameter_mappings: {count: 3}\n", ""),
        BrokenDefinition(.workflow, "count: 4", "count: true"),
        BrokenDefinition(.workflow, "count: 4", "count: 40"),
        BrokenDefinition(.workflow, "count: 4", "cuont: 4"),
        BrokenDefinition(.workflow, "count: 4", "count: not a name"),
        BrokenDefinition(.workflow, "mode: {value: slow}", "mode: {value: slowly}"),
        BrokenDefinition(.workflow, "pages: [a, b]", "pages: [a, a]"),
        BrokenDefinition(.workflow, "options: {value: {a: 1, b: \"2026-01-01\"}}", "options: {a: 1, b: x}"),
        BrokenDefinition(.workflow, "options: {value: {a: 1,", "options: {value: {a: one,"),
        BrokenDefinition(.workflow, "options: {value: {a: 1,", "options: {value: {c: 1,"),
        BrokenDefinition(.workflow, "tuple: [a, 1, true]", "tuple: [a, 1, 2]"),
        BrokenDefinition(.workflow, "either: 7", "either: 1"),
        BrokenDefinition(.workflow, "beside: 5", "beside: 2"),
        BrokenDefinition(.workflow, "{kids: [{kids: []}, {}]}", "{kids: [{kids: 1}, {}]}"),
        BrokenDefinition(.workflow, "ratio: {\"+\": [0.25, 0.5]}", "ratio: {plus: [0.25, 0.5]}"),
        BrokenDefinition(.workflow, "ratio: {\"+\": [0.25, 0.5]}", "ratio: {\"-\": [1, 2, 3]}"),
        BrokenDefinition(.workflow, "out: said", "outt: said"),
        BrokenDefinition(.workflow, "data: {variable: data, default: {a: 0}}", "data: {default: {a: 0}}"),
        BrokenDefinition(.workflow, "default: {a: 0}}", "default: none}"),
        BrokenDefinition(.workflow, "inner_out: {variable: one", "outer: {variable: one"),
        BrokenDefinition(
            .workflow,
            "    workflow: inner\n    when: level",
            "    workflow: inner\n    tool: kit\n    when: level"
        ),
        BrokenDefinition(.workflow, "    workflow: inner\n    when: level", "    when: level"),
        BrokenDefinition(.workflow, "    workflow: inner\n    when: level", "    workflow: iner\n    when: level"),
        BrokenDefinition(.workflow, "when: level", "when: level\n    retry: {max_attempts: 2}"),
        BrokenDefinition(.workflow, "when: level", "when: 3"),
        BrokenDefinition(.workflow, "max_attempts: 3, ", ""),
        BrokenDefinition(.workflow, "max_attempts: 3", "max_attempts: 101"),
        BrokenDefinition(.workflow, "jitter: 0.2", "jitter: 2"),
        BrokenDefinition(.workflow, "on_failure: continue", "on_failure: ignore"),
        BrokenDefinition(.workflow, "{items: words, as", "{items: words, lines: story, as"),
        BrokenDefinition(.workflow, "for_each: {lines: story}", "for_each: {}"),
        BrokenDefinition(.workflow, "max_parallel: 4", "max_parallel: 0"),
        BrokenDefinition(
            .workflow,
            "tool: once\n    for_each",
            "tool: once\n    retry: {max_attempts: 2}\n    for_each"
        ),
        BrokenDefinition(.workflow, "run_on: [success, failure, cancel]", "run_on: [succes]"),
        BrokenDefinition(.workflow, "run_on: [success, failure, cancel]", "run_on: []"),
        BrokenDefinition(.workflow, "run_on: [success, failure, cancel]", "on_failure: continue"),
        BrokenDefinition(.workflow, "outputs: [said, all_said, inners]", "outputs: [said, said]"),
    ]

    private static let tools = [
        BrokenDefinition(.tool, "name: Kit", "nmae: Kit"),
        BrokenDefinition(.tool, "command: [sh, -c,", "command: [\"${text}\", -c,"),
        BrokenDefinition(.tool, "command: [sh, -c,", "command: [[sh], -c,"),
        BrokenDefinition(.tool, "[\"-n\", \"${count}\"]", "[\"-n\", \"${count\"]"),
        BrokenDefinition(.tool, "[\"-n\", \"${count}\"]", "[]"),
        BrokenDefinition(.tool, ", over: pages}", "}"),
        BrokenDefinition(.tool, "env: {MODE:", "env: {LOCKSTEP_MODE:"),
        BrokenDefinition(.tool, "secrets: [API_KEY]", "secrets: [PATH]"),
        BrokenDefinition(.tool, "secrets: [API_KEY]", "secrets: [API_KEY, API_KEY]"),
        BrokenDefinition(.tool, "success: [0, 3]", "success: [0, 256]"),
        BrokenDefinition(.tool, "(?<percent>[0-9]+)%", "([0-9]+)%"),
        BrokenDefinition(.tool, "estimated_cost: \"0.12\"", "estimated_cost: 0.12"),
        BrokenDefinition(.tool, "cache: false", "cache: \"no\""),
        BrokenDefinition(.tool, "read: [/usr/share/fonts]", "read: [../fonts]"),
        BrokenDefinition(.tool, "devices: [/dev/dri]", "devices: [/dev/../etc]"),
        BrokenDefinition(.tool, "wall: 5m", "wall: 5 m"),
        BrokenDefinition(.tool, "memory: 512MiB", "memory: 512mb"),
        BrokenDefinition(.tool, "open_files: 64", "open_files: 8"),
        BrokenDefinition(.tool, "wall: 5m", "wal: 5m"),
        BrokenDefinition(.tool, "separator: \",\"", "separator: 1"),
        BrokenDefinition(.tool, "type: array, items: {type: integer}}, separator", "type: string}, separator"),
        BrokenDefinition(.tool, "pass: file", "pass: text"),
        BrokenDefinition(.tool, "out: {stdout: text,", "out: {"),
        BrokenDefinition(.tool, "out: {stdout: text,", "out: {stdout: text, path: x,"),
        BrokenDefinition(.tool, "out: {stdout: text,", "out: {stdout: txt,"),
        BrokenDefinition(.tool, "pointer: /a,", "pointer: a,"),
        BrokenDefinition(.tool, "{format: json,", "{format: text,"),
        BrokenDefinition(.tool, "lines: {stderr: lines}", "lines: {stderr: lines, pointer: /a}"),
        BrokenDefinition(.tool, "path: out.txt", "path: ../out.txt"),
        BrokenDefinition(.tool, "code: {exit_code: true", "code: {exit_code: false"),
    ]

    private static let tests = [
        BrokenDefinition(.tests, "workflow: rich", "workflow: ritch"),
        BrokenDefinition(.tests, "cases:", "case:"),
        BrokenDefinition(.tests, "inputs: {file: rows.csv, n: 3}", "inputs: {files: rows.csv}"),
        BrokenDefinition(.tests, "{content: hi, name", "{content: hi, file: rows.csv, name"),
        BrokenDefinition(.tests, "once: {outputs: {ok: 0", "onec: {outputs: {ok: 0"),
        BrokenDefinition(.tests, "once: {outputs: {ok: 0", "once: {outputs: {okay: 0"),
        BrokenDefinition(.tests, "once: {outputs: {ok: 0", "once: {outputs: {ok: fine"),
        BrokenDefinition(.tests, "once: {outputs: {ok: 0", "once: {output: {ok: 0"),
        BrokenDefinition(.tests, "{ok: 0, word: w}", "{ok: 0}"),
        BrokenDefinition(.tests, "once: {outputs: {ok: 0, word: w}}", "once: {times: 2}"),
        BrokenDefinition(.tests, "call/work: {outputs", "call: {outputs"),
        BrokenDefinition(.tests, "data: {a: 5}", "data: 5"),
        BrokenDefinition(.tests, "exit_code: 3}", "exit_code: 4}"),
        BrokenDefinition(.tests, "fails: {exit_code: 4", "fails: {exit_code: 3"),
        BrokenDefinition(.tests, "{exit_code: 4, message: nope}", "{exit_code: 4, signal: 9}"),
        BrokenDefinition(.tests, "reason: out_of_memory", "reason: no_memory"),
        BrokenDefinition(.tests, "{cancels: true}", "{cancels: true, fails: true}"),
        BrokenDefinition(.tests, "times: 2, takes: 5s", "times: 2, takes: 5"),
        BrokenDefinition(.tests, "state: completed", "state: done"),
        BrokenDefinition(.tests, "state: completed", "error_code: STEP_FAILED"),
        BrokenDefinition(.tests, "error_code: STEP_FAILED", "error_code: STEP_BROKEN"),
        BrokenDefinition(.tests, "first: {status: COMPLETED", "frist: {status: COMPLETED"),
        BrokenDefinition(.tests, "status: COMPLETED, parameters", "status: completed, parameters"),
        BrokenDefinition(.tests, "parameters: {text: hello", "parameters: {txt: hello"),
        BrokenDefinition(.tests, "{near: 4, within: 0.5}", "{near: four, within: 0.5}"),
        BrokenDefinition(.tests, "{absent: true}", "{absent: false}"),
        BrokenDefinition(.tests, "variables: {said: b", "variables: {siad: b"),
        BrokenDefinition(.tests, "outputs: {all_said:", "outputs: {all_siad:"),
        BrokenDefinition(.tests, "expect: {state: refused}", "expect: {state: refused, outputs: {said: x}}"),
        BrokenDefinition(.tests, "each: {items: {total: 2", "each: {attempts: 1, items: {total: 2"),
        BrokenDefinition(.tests, "call: {status: COMPLETED}", "call: {command: x}"),
    ]
}
