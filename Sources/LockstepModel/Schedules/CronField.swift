/// One of the five fields of a cron expression, in the order in which they are written.
package enum CronField: Int, Sendable, Hashable, CaseIterable {
    case minute
    case hour
    case dayOfMonth
    case month
    case weekday

    /// The numbers that may be written; a weekday of 7 is Sunday, as is 0.
    package var numbers: ClosedRange<Int> {
        switch self {
        case .minute: 0...59
        case .hour: 0...23
        case .dayOfMonth: 1...31
        case .month: 1...12
        case .weekday: 0...7
        }
    }

    /// The last number that `*` and a step without an end reach; for a weekday this is Saturday, so that Sunday counts once.
    var last: Int { self == .weekday ? 6 : numbers.upperBound }

    /// What the field holds, as a sentence names it.
    package var noun: String {
        switch self {
        case .minute: "minute"
        case .hour: "hour"
        case .dayOfMonth: "day of the month"
        case .month: "month"
        case .weekday: "weekday"
        }
    }

    /// The names that stand for numbers, in upper case; the first one is ``firstName``.
    var names: [String] {
        switch self {
        case .month: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
        case .weekday: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
        default: []
        }
    }

    /// The number that the first name stands for.
    var firstName: Int { self == .month ? 1 : 0 }
}
