package import LockstepEngine
internal import LockstepModel

/// An explanation, for a person.
package enum ExplanationText {
    /// - Parameter width: Nil when nothing must be wrapped.
    package static func text(of explanation: Explanation, width: Int?, painter: Painter) -> String {
        let subject = explanation.stepID.map { "The step \($0) of \(explanation.jobID)" } ?? "\(explanation.jobID)"
        var lines = ["\(painter(.bold, subject.onOneLine)) is \(painter(.bold, explanation.state))."]
        lines += explanation.because.map { Paragraph.wrap($0.harmlessLines, width: width, indent: 2) }
        guard !explanation.next.isEmpty else { return lines.joined(separator: "\n") + "\n" }
        lines.append("\n" + painter(.bold, "What could be done"))
        return (lines + next(explanation.next, width: width, painter: painter)).joined(separator: "\n") + "\n"
    }

    /// One line each, or the command below what it does where that is too wide; a command is never cut.
    private static func next(_ steps: [Explanation.NextStep], width: Int?, painter: Painter) -> [String] {
        let column = steps.map(\.what.displayWidth).max() ?? 0
        let widest = steps.map(\.command.displayWidth).max() ?? 0
        let fits = width.map { column + widest + 4 <= $0 } ?? true
        return steps.map { step in
            let command = painter(.cyan, step.command.onOneLine)
            guard fits else { return "  \(step.what):\n    \(command)" }
            return "  \(step.what)" + String(repeating: " ", count: column - step.what.displayWidth + 2) + command
        }
    }
}
