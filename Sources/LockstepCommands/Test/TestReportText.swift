internal import LockstepDefinitions
package import LockstepEngine
internal import LockstepJSON
internal import LockstepModel

/// How a test file went, for a person.
package struct TestReportText: Sendable {
    private let painter: Painter
    /// Nil when nothing must be cut or wrapped.
    private let width: Int?

    package init(painter: Painter = .plain, width: Int? = nil) {
        self.painter = painter
        self.width = width
    }

    /// The file's name, then one line a case, and below each that did not pass everything that is wrong with it.
    package func text(of file: TestFileResult) -> String {
        var text = painter(.bold, file.loaded.file.onOneLine) + "\n"
        for finding in file.loaded.findings { text += FindingText.render(finding, painter: painter, width: width) }
        for result in file.cases {
            let (style, mark): (Style, String) = result.hasPassed ? (.green, "✓") : (.red, "✗")
            let time = painter(.dim, DurationText.short(seconds: result.seconds))
            text += "  \(painter(style, mark)) \(result.name.onOneLine)  \(time)\n"
            text += lines(of: result, in: file).map { $0.isEmpty ? "\n" : "    \($0)\n" }.joined()
        }
        return text
    }

    /// What is wrong with a case, one entry a line, without colours when the painter has none.
    func lines(of result: TestCaseResult, in file: TestFileResult) -> [String] {
        switch result.outcome {
        case .passed: []
        case .broken(let problems):
            problems.flatMap { problem in
                [painter(.dim, file.place(problem.pointer).onOneLine), "  \(problem.message.onOneLine)"]
            }
        case .failed(let mismatches): mismatches.flatMap { lines(of: $0, in: file) }
        }
    }

    private func lines(of mismatch: TestMismatch, in file: TestFileResult) -> [String] {
        let place = painter(.dim, "(\(file.place(mismatch.pointer).onOneLine))")
        var lines = ["\(mismatch.subject.onOneLine)  \(place)"]
        if mismatch.expected.contains("\n") || mismatch.actual.contains("\n") {
            lines += LineDiff(expected: mismatch.expected, actual: mismatch.actual).lines.map { line in
                let style: Style = line.hasPrefix("-") ? .red : line.hasPrefix("+") ? .green : .plain
                return "  " + painter(style, line.onOneLine)
            }
        } else {
            let (expected, actual) = Excerpt.of(mismatch.expected, mismatch.actual)
            lines.append("  expected  \(painter(.red, expected.onOneLine))")
            lines.append("  was       \(painter(.green, actual.onOneLine))")
        }
        return lines + mismatch.notes.map { "  \($0.onOneLine)" }
    }
}

/// The parts of two long lines in which they differ.
enum Excerpt {
    private static let length = 160
    private static let lead = 40

    static func of(_ one: String, _ other: String) -> (String, String) {
        guard one.count > length || other.count > length else { return (one, other) }
        let common = zip(one, other).prefix { $0 == $1 }.count
        let start = common > lead * 2 ? common - lead : 0
        return (cut(one, from: start), cut(other, from: start))
    }

    private static func cut(_ text: String, from start: Int) -> String {
        let rest = text.dropFirst(start)
        return (start > 0 ? "…" : "") + (rest.count > length ? rest.prefix(length) + "…" : rest)
    }
}
