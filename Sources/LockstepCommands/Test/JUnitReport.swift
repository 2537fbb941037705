internal import Foundation
internal import LockstepDefinitions
internal import LockstepEngine
internal import LockstepModel

/// The result as JUnit XML, as Jenkins and GitLab read it: one `testsuite` a file, one `testcase` a case.
///
/// It keeps to what the schema of Jenkins' xunit plugin (junit-10.xsd) allows, which has no more attributes than these.
package struct JUnitReport: Sendable {
    private let report: TestReport

    package init(_ report: TestReport) {
        self.report = report
    }

    package var xml: String {
        var xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        let counts = report.files.map(Counts.init)
        let sum = counts.reduce(Counts()) { $0 + $1 }
        xml += "<testsuites name=\"lockstep\" \(sum.attributes) time=\"\(Self.time(report.seconds))\">\n"
        for (file, counts) in zip(report.files, counts) { xml += suite(file, counts) }
        return xml + "</testsuites>\n"
    }

    /// - Throws: `STORAGE_ERROR` when the file cannot be written.
    package func write(to path: String) throws(CommandFailure) {
        do {
            try Data(xml.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw CommandFailure(
                .storageError,
                "The JUnit file \(path.onOneLine) could not be written: \((error as NSError).localizedDescription)"
            )
        }
    }

    private struct Counts {
        var tests = 0
        var failures = 0
        var errors = 0

        init() {}

        init(_ file: TestFileResult) {
            let isInvalid = file.loaded.test == nil
            tests = file.cases.count + (isInvalid ? 1 : 0)
            errors = isInvalid ? 1 : 0
            for result in file.cases {
                switch result.outcome {
                case .passed: break
                case .failed: failures += 1
                case .broken: errors += 1
                }
            }
        }

        static func + (one: Counts, other: Counts) -> Counts {
            var sum = one
            sum.tests += other.tests
            sum.failures += other.failures
            sum.errors += other.errors
            return sum
        }

        var attributes: String { "tests=\"\(tests)\" failures=\"\(failures)\" errors=\"\(errors)\"" }
    }

    private func suite(_ file: TestFileResult, _ counts: Counts) -> String {
        let name = Self.quoted(file.loaded.name)
        let start =
            "  <testsuite name=\(name) \(counts.attributes) skipped=\"0\" time=\"\(Self.time(file.seconds))\" "
            + "file=\(Self.quoted(file.loaded.file))>\n"
        var xml = start
        if file.loaded.test == nil {
            let body = file.loaded.findings.map(\.rendered).joined(separator: "\n")
            let message = file.loaded.findings.first { $0.isError }?.message ?? ""
            xml += testCase("(the test file is valid)", name, 0, "error", "invalid", message, body)
        }
        let text = TestReportText()
        for result in file.cases {
            let body = text.lines(of: result, in: file).joined(separator: "\n")
            switch result.outcome {
            case .passed:
                xml +=
                    "    <testcase name=\(Self.quoted(result.name)) classname=\(name) time=\"\(Self.time(result.seconds))\"/>\n"
            case .failed(let mismatches):
                let message = mismatches.map { "\($0.subject): expected \($0.expected), was \($0.actual)" }
                    .joined(separator: "; ")
                xml += testCase(result.name, name, result.seconds, "failure", "mismatch", message, body)
            case .broken(let problems):
                let message = problems.map(\.message).joined(separator: "; ")
                xml += testCase(result.name, name, result.seconds, "error", "broken", message, body)
            }
        }
        return xml + "  </testsuite>\n"
    }

    private func testCase(
        _ name: String,
        _ className: String,
        _ seconds: Double,
        _ element: String,
        _ type: String,
        _ message: String,
        _ body: String
    ) -> String {
        let short = message.count > 300 ? message.prefix(300) + "…" : message
        return """
                <testcase name=\(Self.quoted(name)) classname=\(className) time="\(Self.time(seconds))">
                  <\(element) type="\(type)" message=\(Self.quoted(short))>\(Self.escaped(body, isAttribute: false))</\(element)>
                </testcase>

            """
    }

    /// Seconds with three digits after the point, which is all that the schema takes.
    private static func time(_ seconds: Double) -> String {
        let milliseconds = Int64((seconds * 1000).rounded())
        let rest = String(milliseconds % 1000)
        return "\(milliseconds / 1000).\(String(repeating: "0", count: 3 - rest.count))\(rest)"
    }

    private static func quoted(_ text: String) -> String { "\"\(escaped(text, isAttribute: true))\"" }

    /// The text as XML 1.0 can carry it; a character that it cannot is written as `\u{…}`.
    private static func escaped(_ text: String, isAttribute: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\n", "\t": escaped += isAttribute ? "&#\(scalar.value);" : String(Character(scalar))
            case "\r": escaped += "&#13;"
            default:
                switch scalar.value {
                case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069, 0xFFFE, 0xFFFF:
                    escaped += "\\u{\(String(scalar.value, radix: 16))}"
                default: escaped.unicodeScalars.append(scalar)
                }
            }
        }
        return escaped
    }
}
