extension CronExpression {
    /// What the expression says, in English: `30 2 * * MON-FRI` is `at 02:30 on weekdays, Europe/Berlin`.
    ///
    /// The words follow from the times that it names, not from how it is written; two expressions have the same words when, and
    /// only when, they name the same times. What happens when clocks change is left out. Where no short form says exactly what
    /// is meant, all minutes, hours and days are listed.
    package func words(in zone: ScheduleZone) -> String {
        "\(words), \(zone.name)"
    }

    /// The same without the zone.
    package var words: String {
        let time = CronTimeWords(minutes: minutes, hours: hours).words
        let days = CronDayWords(self)
        return [time.text, days.isEveryDay && time.needsDay ? "every day" : nil, days.text].compactMap(\.self)
            .joined(separator: " ")
    }
}

/// Words for the times of day.
private struct CronTimeWords {
    let minutes: [Int]
    let hours: [Int]

    /// More times of day than these are not listed one by one.
    private static let longestList = 6

    init(minutes: UInt64, hours: UInt32) {
        self.minutes = CronWords.numbers(minutes)
        self.hours = CronWords.numbers(UInt64(hours))
    }

    /// The words, and whether they say nothing of how often without a day.
    var words: (text: String, needsDay: Bool) {
        if hours.count == 24 { return (wholeDay, false) }
        if minutes.count * hours.count <= Self.longestList {
            let times = hours.flatMap { hour in minutes.map { CronWords.clock(hour, $0) } }
            return ("at \(CronWords.list(times))", true)
        }
        if let interval = minuteInterval {
            // Steps go on through the hours that follow each other, and begin anew after a pause.
            let spans = CronWords.runs(hours)
            let last = 60 - interval
            guard spans.count <= 3 else { return (listed, true) }
            let texts = spans.map {
                "from \(CronWords.clock($0.lowerBound, 0)) to \(CronWords.clock($0.upperBound, last))"
            }
            return ("every \(Self.counted(interval, "minute")) \(CronWords.list(texts))", false)
        }
        if minutes.count == 1, let first = hours.first, let last = hours.last, let step = CronWords.step(hours) {
            let span = "from \(CronWords.clock(first, minutes[0])) to \(CronWords.clock(last, minutes[0]))"
            return ("every \(Self.counted(step, "hour")) \(span)", false)
        }
        return (listed, true)
    }

    private var wholeDay: String {
        if let minuteInterval { return "every \(Self.counted(minuteInterval, "minute"))" }
        return minutes == [0] ? "every hour" : "\(atMinutes) of every hour"
    }

    /// How many minutes lie between two, when they go evenly round the hour from its beginning and are more than one.
    private var minuteInterval: Int? {
        guard minutes.count > 1, minutes[0] == 0, let step = minutes.count == 2 ? minutes[1] : CronWords.step(minutes),
            step * minutes.count == 60
        else { return nil }
        return step
    }

    /// Literal: all minutes of all hours.
    private var listed: String {
        let hours = CronWords.list(CronWords.spans(hours) { $0 < 10 ? "0\($0)" : "\($0)" })
        return "\(atMinutes) of the \(self.hours.count == 1 ? "hour" : "hours") \(hours)"
    }

    private var atMinutes: String {
        if minutes.count == 60 { return "at every minute" }
        return "at \(minutes.count == 1 ? "minute" : "minutes") \(CronWords.list(CronWords.spans(minutes) { "\($0)" }))"
    }

    private static func counted(_ count: Int, _ noun: String) -> String { count == 1 ? noun : "\(count) \(noun)s" }
}

/// Words for the days.
private struct CronDayWords {
    /// Whether no day of the months is left out.
    let isEveryDay: Bool
    /// Nil when no day of the year is left out.
    let text: String?

    init(_ expression: CronExpression) {
        let days = CronWords.numbers(UInt64(expression.days))
        let months = CronWords.numbers(UInt64(expression.months))
        let weekdays = CronWords.numbers(UInt64(expression.weekdays))
        let inMonths = months.count == 12 ? nil : "in \(CronWords.list(months.map { MonthNames.full[$0] }))"
        let isAnyDay = expression.eitherDay && (days.count == 31 || weekdays.count == 7)
        isEveryDay = isAnyDay || days.count == 31 && weekdays.count == 7
        if isEveryDay {
            text = inMonths
            return
        }
        let onWeekdays = Self.names(of: weekdays)
        let dates = Self.dates(days, months)
        if weekdays.count == 7 {
            text = "on \(dates)"
        } else if days.count == 31 {
            text = ["on \(onWeekdays)", inMonths].compactMap(\.self).joined(separator: " ")
        } else if expression.eitherDay {
            text = ["on \(dates), and also on \(onWeekdays)", inMonths].compactMap(\.self).joined(separator: " ")
        } else {
            text = "on those \(onWeekdays) that fall on \(Self.dates(days, months, each: "a month"))"
        }
    }

    private static func names(of weekdays: [Int]) -> String {
        if weekdays == [1, 2, 3, 4, 5] { return "weekdays" }
        // A week begins on Monday here, so that Saturdays and Sundays stand together.
        let inOrder = weekdays.filter { $0 > 0 } + weekdays.filter { $0 == 0 }
        return CronWords.list(inOrder.map { "\(WeekdayNames.full[$0])s" })
    }

    /// `1 January`, `the 1st and 15th of January and July`, `the 1st to 7th of every month`.
    private static func dates(_ days: [Int], _ months: [Int], each: String = "every month") -> String {
        if days.count == 1, months.count == 1 { return "\(days[0]) \(MonthNames.full[months[0]])" }
        let ordinals = CronWords.list(CronWords.spans(days, ordinal))
        return "the \(ordinals) of \(months.count == 12 ? each : CronWords.list(months.map { MonthNames.full[$0] }))"
    }

    private static func ordinal(_ day: Int) -> String {
        switch (day % 10, day / 10) {
        case (1, 0), (1, 2), (1, 3): "\(day)st"
        case (2, 0), (2, 2): "\(day)nd"
        case (3, 0), (3, 2): "\(day)rd"
        default: "\(day)th"
        }
    }
}

/// Numbers as words need them.
private enum CronWords {
    static func numbers(_ bits: UInt64) -> [Int] { (0..<64).filter { bits >> UInt64($0) & 1 == 1 } }

    static func clock(_ hour: Int, _ minute: Int) -> String {
        "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
    }

    /// `a`, `a and b`, `a, b and c`.
    static func list(_ parts: [String]) -> String { CronParser.joined(parts, "and") }

    /// Numbers that follow each other, put together.
    static func runs(_ numbers: [Int]) -> [ClosedRange<Int>] {
        var runs: [ClosedRange<Int>] = []
        for number in numbers {
            if let last = runs.last, last.upperBound == number - 1 {
                runs[runs.count - 1] = last.lowerBound...number
            } else {
                runs.append(number...number)
            }
        }
        return runs
    }

    /// Each run of three and more as `a to b`, everything else one by one.
    static func spans(_ numbers: [Int], _ text: (Int) -> String) -> [String] {
        runs(numbers).flatMap { run in
            run.count > 2 ? ["\(text(run.lowerBound)) to \(text(run.upperBound))"] : run.map(text)
        }
    }

    /// The distance that is the same between all neighbours; nil for fewer than three numbers.
    static func step(_ numbers: [Int]) -> Int? {
        guard numbers.count > 2 else { return nil }
        let step = numbers[1] - numbers[0]
        return zip(numbers, numbers.dropFirst()).allSatisfy { $1 - $0 == step } ? step : nil
    }
}
