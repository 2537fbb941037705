/// When something should happen again and again: five fields, as `cron` reads them, or a macro such as `@daily`.
///
/// The fields are minute, hour, day of the month, month and weekday. Each is a list of `*`, a number or name, a range, and any
/// of these with a step. The rules are those of the design of schedules:
///
/// - Day of the month and weekday both restricted means that either is enough, unless the text of one of them begins with `*`;
///   then both must hold. A field counts as restricted by its text: `1-31` is, `*` and `*/2` are not.
/// - Fixed times, where neither the minute nor the hour begins with `*`: one that a clock change skips fires once, at the first
///   instant after the change, together with all others that it skips; one that comes twice fires the first time.
/// - Where the minute or the hour begins with `*`, each minute that the wall clock really shows counts: twice what comes twice,
///   and not at all what is skipped.
/// - What can never happen, such as 30 February, is refused when it is read.
///
/// Two expressions are equal when their texts are; `@daily` and `0 0 * * *` are not.
package struct CronExpression: Sendable, Hashable {
    /// As it was written.
    package let text: String
    /// Bit 0 is minute 0.
    let minutes: UInt64
    /// Bit 0 is midnight.
    let hours: UInt32
    /// Bit 1 is the first of the month.
    let days: UInt32
    /// Bit 1 is January.
    let months: UInt16
    /// Bit 0 is Sunday, bit 6 Saturday.
    let weekdays: UInt8
    /// Whether a day of the month or a weekday is enough; otherwise both must hold.
    let eitherDay: Bool
    /// Whether each minute counts that the wall clock shows, because the minute or the hour begins with `*`.
    package let followsWallClock: Bool

    /// Reads five fields between spaces, or one macro.
    ///
    /// - Throws: All that is wrong at once, each with field, column and what to do.
    package init(parsing text: String) throws(CronProblem) {
        var parser = CronParser(text)
        guard let fields = parser.fields() else {
            throw CronProblem(text: text, findings: parser.findings.sorted { $0.column < $1.column })
        }
        self.text = text
        minutes = fields[.minute].bits
        hours = UInt32(fields[.hour].bits)
        days = UInt32(fields[.dayOfMonth].bits)
        months = UInt16(fields[.month].bits)
        weekdays = UInt8(fields[.weekday].bits)
        eitherDay = !fields[.dayOfMonth].beginsWithStar && !fields[.weekday].beginsWithStar
        followsWallClock = fields[.minute].beginsWithStar || fields[.hour].beginsWithStar
    }
}

extension CronExpression: CustomStringConvertible {
    /// The text as it was written.
    package var description: String { text }
}
