/// Everything that is wrong with a text that should be a cron expression.
package struct CronProblem: Error, Sendable, Hashable {
    /// One mistake, where it is, and what to do.
    package struct Finding: Sendable, Hashable {
        /// The field that it is in; nil when it concerns the whole text.
        package let field: CronField?
        /// Where it begins, in Unicode scalars from 1.
        package let column: Int
        /// What is wrong and what to do, as one sentence without a full stop.
        package let message: String
        /// What should stand there instead, when one text is the likely one.
        package let suggestion: String?
    }

    /// The text as it was written.
    package let text: String
    /// At least one, in the order of their columns.
    package let findings: [Finding]
}

extension CronProblem.Finding: CustomStringConvertible {
    /// For example `column 6, weekday: MONDAY is no weekday; write MON`.
    package var description: String {
        field.map { "column \(column), \($0.noun): \(message)" } ?? "column \(column): \(message)"
    }
}

extension CronProblem: CustomStringConvertible {
    /// One line for each finding.
    package var description: String { findings.map(\.description).joined(separator: "\n") }
}
