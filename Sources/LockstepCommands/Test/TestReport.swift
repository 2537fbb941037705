internal import LockstepDefinitions
package import LockstepEngine
internal import LockstepJSON
package import LockstepModel

/// How a run of tests went, in numbers and for programs.
package struct TestReport: Sendable {
    package var files: [TestFileResult]

    package init(_ files: [TestFileResult] = []) {
        self.files = files
    }

    private var cases: [TestCaseResult] { files.flatMap(\.cases) }
    package var passed: Int { cases.count { $0.hasPassed } }
    package var failed: Int { cases.count - passed }
    /// Files that could not be run.
    package var invalid: Int { files.count { $0.loaded.test == nil } }
    package var seconds: Double { files.reduce(0) { $0 + $1.seconds } }

    package var status: ExitStatus { invalid > 0 ? .invalid : failed > 0 ? .failed : .completed }

    /// One sentence.
    package var summary: String {
        func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
        var parts = ["\(passed) passed"]
        if failed > 0 { parts.append("\(failed) failed") }
        if invalid > 0 { parts.append("\(count(invalid, "file")) invalid") }
        let sum = "\(count(cases.count, "case")) in \(count(files.count, "file"))"
        return "\(sum): \(parts.joined(separator: ", ")), after \(DurationText.short(seconds: seconds))."
    }

    /// `{passed, failed, invalid_files, seconds, tests: […]}` as the answer of the command.
    package var result: OperationResult {
        let data: JSONValue = [
            "passed": .integer(Int64(passed)), "failed": .integer(Int64(failed)),
            "invalid_files": .integer(Int64(invalid)), "seconds": .number(seconds),
            "tests": .array(files.map(\.json)),
        ]
        switch status {
        case .completed: return OperationResult(data)
        case .invalid: return OperationResult(.workflowInvalid, summary, data: data)
        default: return OperationResult(.testFailed, summary, data: data)
        }
    }
}

extension TestFileResult {
    fileprivate var json: JSONValue {
        var object: JSONObject = ["test_id": .string(loaded.name), "file": .string(loaded.file)]
        object["workflow_id"] = loaded.workflowID.map { .string($0.rawValue) }
        object["findings"] = .array(loaded.findings.map(\.json))
        object["cases"] = .array(cases.map { json(of: $0) })
        return .object(object)
    }

    private func json(of result: TestCaseResult) -> JSONValue {
        var object: JSONObject = ["name": .string(result.name)]
        add(result.pointer, to: &object)
        object["status"] = .string(result.status)
        object["seconds"] = .number(result.seconds)
        switch result.outcome {
        case .passed: break
        case .failed(let mismatches):
            object["mismatches"] = .array(
                mismatches.map { mismatch in
                    var object: JSONObject = ["subject": .string(mismatch.subject)]
                    add(mismatch.pointer, to: &object)
                    object["expected"] = .string(mismatch.expected)
                    object["actual"] = .string(mismatch.actual)
                    if !mismatch.notes.isEmpty { object["notes"] = .array(mismatch.notes.map { .string($0) }) }
                    return .object(object)
                }
            )
        case .broken(let problems):
            object["problems"] = .array(
                problems.map { problem in
                    var object: JSONObject = ["message": .string(problem.message)]
                    add(problem.pointer, to: &object)
                    return .object(object)
                }
            )
        }
        return .object(object)
    }

    private func add(_ pointer: JSONPointer, to object: inout JSONObject) {
        guard let position = loaded.position(of: pointer) else { return }
        object["line"] = .integer(Int64(position.line))
        object["column"] = .integer(Int64(position.column))
    }

    /// `workflow-tests/a.yaml:3:5`.
    func place(_ pointer: JSONPointer) -> String {
        loaded.file + (loaded.position(of: pointer).map { ":\($0.line):\($0.column)" } ?? "")
    }
}

extension TestCaseResult {
    /// `passed`, `failed` or `broken`.
    fileprivate var status: String {
        switch outcome {
        case .passed: "passed"
        case .failed: "failed"
        case .broken: "broken"
        }
    }
}
