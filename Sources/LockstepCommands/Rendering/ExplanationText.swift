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
        let table = FieldList.render(
            explanation.next.map { FieldList.Field($0.what, $0.command) },
            width: width,
            painter: painter,
            indent: 2
        )
        return lines.joined(separator: "\n") + "\n" + table
    }
}
