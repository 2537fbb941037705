import LockstepModel
import Testing

struct CronWordsTests {
    @Test(arguments: [
        ("* * * * *", "every minute"), ("*/15 * * * *", "every 15 minutes"), ("0 * * * *", "every hour"),
        ("@hourly", "every hour"), ("5 * * * *", "at minute 5 of every hour"),
        ("0,20,50 * * * *", "at minutes 0, 20 and 50 of every hour"),
        ("*/25 * * * *", "at minutes 0, 25 and 50 of every hour"),
        ("0-10,55 * * * *", "at minutes 0 to 10 and 55 of every hour"), ("0,30 * * * *", "every 30 minutes"),
        ("@daily", "at 00:00 every day"), ("30 2 * * MON-FRI", "at 02:30 on weekdays"),
        ("0 9,17 * * *", "at 09:00 and 17:00 every day"), ("0,30 9 * * *", "at 09:00 and 09:30 every day"),
        ("0 */8 * * *", "at 00:00, 08:00 and 16:00 every day"), ("30 */2 * * *", "every 2 hours from 00:30 to 22:30"),
        ("0 9-17 * * *", "every hour from 09:00 to 17:00"),
        ("15 0-22/2 * * SUN", "every 2 hours from 00:15 to 22:15 on Sundays"),
        ("*/15 9-17 * * MON-FRI", "every 15 minutes from 09:00 to 17:45 on weekdays"),
        ("* 9 * * *", "every minute from 09:00 to 09:59"),
        ("0-59/20 6-9,17-20 * * *", "every 20 minutes from 06:00 to 09:40 and from 17:00 to 20:40"),
        ("*/10 */6 * * *", "at minutes 0, 10, 20, 30, 40 and 50 of the hours 00, 06, 12 and 18 every day"),
        ("0-5,55-59 0,12 * * *", "at minutes 0 to 5 and 55 to 59 of the hours 00 and 12 every day"),
        ("1,2,4 8 * * *", "at 08:01, 08:02 and 08:04 every day"),
        ("* */6 * * *", "at every minute of the hours 00, 06, 12 and 18 every day"),
        ("5-15 7 * * *", "at minutes 5 to 15 of the hour 07 every day"),
        ("7 0,1,5-9,20 * * *", "at minute 7 of the hours 00, 01, 05 to 09 and 20 every day"),
        ("@weekly", "at 00:00 on Sundays"), ("0 0 * * SAT,SUN", "at 00:00 on Saturdays and Sundays"),
        ("0 0 * * 0,1,3", "at 00:00 on Mondays, Wednesdays and Sundays"),
        ("@monthly", "at 00:00 on the 1st of every month"), ("@yearly", "at 00:00 on 1 January"),
        ("0 18 25 Dec *", "at 18:00 on 25 December"), ("0 0 1,15 * *", "at 00:00 on the 1st and 15th of every month"),
        (
            "0 0 2-4,11,12,13,21,22,23,31 JAN *",
            "at 00:00 on the 2nd to 4th, 11th to 13th, 21st to 23rd and 31st of January"
        ),
        ("0 0 1 jan,jul *", "at 00:00 on the 1st of January and July"),
        ("*/5 * * 1 *", "every 5 minutes in January"), ("0 3 * 6-8 *", "at 03:00 every day in June, July and August"),
        ("0 3 * 6 MON", "at 03:00 on Mondays in June"),
        ("0 0 13 * FRI", "at 00:00 on the 13th of every month, and also on Fridays"),
        ("0 0 7 7 7", "at 00:00 on 7 July, and also on Sundays in July"),
        ("0 0 1-7 * */6", "at 00:00 on those Saturdays and Sundays that fall on the 1st to 7th of a month"),
        ("0 0 */28 2 MON", "at 00:00 on those Mondays that fall on the 1st and 29th of February"),
        ("0 3 15 * 0-6", "at 03:00 every day"), ("0 3 1-31 * *", "at 03:00 every day"),
        ("0 3 1-31 5 MON", "at 03:00 every day in May"),
    ])
    func `An expression is said in words`(text: String, words: String) throws {
        let expression = try CronExpression(parsing: text)
        #expect(expression.words == words)
        #expect(expression.words(in: .utc) == "\(words), UTC")
    }

    /// What an expression means: all times of a day, and what is restricted of the days.
    private struct Meaning: Hashable {
        let minutes: Set<Int>
        let hours: Set<Int>
        var days: Set<Int>
        let months: Set<Int>
        var weekdays: Set<Int>
        var eitherDay: Bool

        init(_ made: RandomExpression) {
            (minutes, hours, days, months) = (made.minutes, made.hours, made.days, made.months)
            (weekdays, eitherDay) = (made.weekdays, made.eitherDay)
            if eitherDay, days.count == 31 || weekdays.count == 7 { (days, weekdays) = (Set(1...31), Set(0...6)) }
            if days.count == 31 || weekdays.count == 7 { eitherDay = false }
        }
    }

    @Test
    func `Two expressions have the same words when they mean the same, and only then`() throws {
        var random = SplitMix(seed: 11)
        var meanings: [String: Meaning] = [:]
        var words: [Meaning: String] = [:]
        for _ in 0..<1500 {
            let made = RandomExpression(using: &random)
            let meaning = Meaning(made)
            let said = try CronExpression(parsing: made.text).words
            let earlierMeaning = meanings.updateValue(meaning, forKey: said)
            let earlierWords = words.updateValue(said, forKey: meaning)
            #expect(earlierMeaning == nil || earlierMeaning == meaning, "\(made.text): \(said)")
            #expect(earlierWords == nil || earlierWords == said, "\(made.text): \(said)")
        }
    }

    @Test
    func `The words name each month and weekday that is meant, and no other`() throws {
        let months = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November",
            "December",
        ]
        let weekdays = ["Sundays", "Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays"]
        var random = SplitMix(seed: 13)
        for _ in 0..<800 {
            let made = RandomExpression(using: &random)
            let meaning = Meaning(made)
            let said = try CronExpression(parsing: made.text).words
            func named(_ names: [String]) -> Set<Int> { Set(names.indices.filter { said.contains(names[$0]) }) }
            let ofMonths = named(months).map { $0 + 1 }
            #expect(Set(ofMonths) == (meaning.months.count == 12 ? [] : meaning.months), "\(made.text): \(said)")
            let ofWeekdays = said.contains("weekdays") ? Set(1...5) : named(weekdays)
            #expect(ofWeekdays == (meaning.weekdays.count == 7 ? [] : meaning.weekdays), "\(made.text): \(said)")
        }
    }

    @Test
    func `The times of day that the words say are those of the expression`() throws {
        var random = SplitMix(seed: 17)
        for round in 0..<800 {
            let made = RandomExpression(using: &random, hours: round % 2 == 0 ? 8...13 : 0...23)
            let said = try CronExpression(parsing: made.text).words
            let expected = Set(made.hours.flatMap { hour in made.minutes.map { hour * 60 + $0 } })
            #expect(Self.times(saidBy: said) == expected, "\(made.text): \(said)")
        }
    }

    /// Reads the minutes of a day out of words: an independent reading of each of their forms.
    private static func times(saidBy words: String) -> Set<Int> {
        let parts = words.replacing(", and also", with: "").replacing(",", with: "").split(separator: " ").map(
            String.init
        )
        func clock(_ text: String) -> Int? {
            let parts = text.split(separator: ":")
            guard parts.count == 2, let hour = Int(parts[0]), let minute = Int(parts[1]) else { return nil }
            return hour * 60 + minute
        }
        var times: Set<Int> = []
        if parts[0] == "every" {
            let step = (Int(parts[1]) ?? 1) * (parts.contains { $0.hasPrefix("hour") } ? 60 : 1)
            for (index, part) in parts.enumerated() where part == "from" {
                guard let first = clock(parts[index + 1]), let last = clock(parts[index + 3]) else { continue }
                times.formUnion(stride(from: first, through: last, by: step))
            }
            return parts.contains("from") ? times : Set(stride(from: 0, to: 1440, by: step))
        }
        if parts[1].contains(":") {
            for part in parts.dropFirst() {
                if part == "and" { continue }
                guard let time = clock(part) else { return times }
                times.insert(time)
            }
            return times
        }
        // At minutes … of every hour, or of the hours ….
        func numbers(after place: Int) -> Set<Int> {
            var found: Set<Int> = []
            var last = 0
            var isRange = false
            for part in parts[place...] {
                if part == "and" { continue }
                if part == "to" {
                    isRange = true
                    continue
                }
                guard let number = Int(part) else { break }
                found.formUnion(isRange ? last...number : number...number)
                (last, isRange) = (number, false)
            }
            return found
        }
        let minutes = parts[1] == "every" ? Set(0..<60) : numbers(after: 2)
        let hours = parts.firstIndex { $0 == "hours" || $0 == "hour" }.map {
            parts[$0 - 1] == "every" ? Set(0..<24) : numbers(after: $0 + 1)
        }
        for hour in hours ?? [] { times.formUnion(minutes.map { hour * 60 + $0 }) }
        return times
    }
}
