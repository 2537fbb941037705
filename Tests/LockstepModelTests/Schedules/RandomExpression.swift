/// An expression made of random parts, with what each field means known from its making and not from reading it.
struct RandomExpression {
    let text: String
    let minutes: Set<Int>
    let hours: Set<Int>
    let days: Set<Int>
    let months: Set<Int>
    /// Sunday is 0.
    let weekdays: Set<Int>
    let eitherDay: Bool
    let followsWallClock: Bool

    /// - Parameters:
    ///   - month: One that is to be among the months, if there is one.
    ///   - hours: Those to choose fixed hours from.
    init(using random: inout SplitMix, month: Int? = nil, hours chosen: ClosedRange<Int> = 0...23) {
        let minute = Self.field(0...59, named: [], within: 0...59, stars: 40, &random)
        let hour = Self.field(0...23, named: [], within: chosen, stars: 40, &random)
        var day = Self.field(1...31, named: [], within: 1...31, stars: 60, &random)
        var month =
            month.map { (text: random.next(in: 0...1) == 0 ? "*" : "\($0)", values: Set([$0])) }
            ?? Self.field(1...12, named: Self.monthNames, within: 1...12, stars: 70, &random)
        if month.text == "*" { month.values = Set(1...12) }
        var weekday = Self.field(0...6, named: Self.weekdayNames, within: 0...6, stars: 60, &random)
        if random.next(in: 0...20) == 0 { weekday = ("7", [0]) }
        // What can never happen is refused; 1 is a day of every month.
        if day.text.first == "*" || weekday.text.first == "*" {
            if day.values.allSatisfy({ $0 > 28 }) { day = ("1,\(day.text)", day.values.union([1])) }
        }
        text = [minute.text, hour.text, day.text, month.text, weekday.text].joined(separator: " ")
        minutes = minute.values
        hours = hour.values
        days = day.values
        months = month.values
        weekdays = weekday.values
        eitherDay = day.text.first != "*" && weekday.text.first != "*"
        followsWallClock = minute.text.first == "*" || hour.text.first == "*"
    }

    func matches(minute: Int, hour: Int, day: Int, month: Int, weekday: Int) -> Bool {
        guard minutes.contains(minute), hours.contains(hour), months.contains(month) else { return false }
        let (isDate, isWeekday) = (days.contains(day), weekdays.contains(weekday))
        return eitherDay ? isDate || isWeekday : isDate && isWeekday
    }

    static let monthNames = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
    static let weekdayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]

    private static func field(
        _ all: ClosedRange<Int>,
        named names: [String],
        within: ClosedRange<Int>,
        stars: Int,
        _ random: inout SplitMix
    ) -> (text: String, values: Set<Int>) {
        if random.next(in: 0...99) < stars {
            let step = random.next(in: 1...min(30, all.upperBound - all.lowerBound))
            if random.next(in: 0...2) > 0 { return ("*", Set(all)) }
            return ("*/\(step)", Set(stride(from: all.lowerBound, through: all.upperBound, by: step)))
        }
        var texts: [String] = []
        var values: Set<Int> = []
        func written(_ number: Int) -> String {
            guard !names.isEmpty, random.next(in: 0...1) == 0 else { return "\(number)" }
            let name = names[number - all.lowerBound]
            return random.next(in: 0...1) == 0 ? name : name.lowercased()
        }
        for _ in 0..<random.next(in: 1...3) {
            let first = random.next(in: within)
            let last = random.next(in: first...within.upperBound)
            switch random.next(in: 0...5) {
            case 0 where last > first:
                let step = random.next(in: 1...(last - first))
                texts.append("\(written(first))-\(written(last))/\(step)")
                values.formUnion(stride(from: first, through: last, by: step))
            case 1:
                texts.append("\(written(first))-\(written(last))")
                values.formUnion(first...last)
            case 2 where first < all.upperBound:
                let step = random.next(in: 1...(all.upperBound - first))
                texts.append("\(written(first))/\(step)")
                values.formUnion(stride(from: first, through: all.upperBound, by: step))
            default:
                texts.append(written(first))
                values.insert(first)
            }
        }
        return (texts.joined(separator: ","), values)
    }
}

/// Random numbers that are the same in each run (SplitMix64).
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func next(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.upperBound - range.lowerBound + 1))
    }
}
