import Foundation
import LockstepModel
import Testing

/// Compares what is found by jumping with what is found by looking at each minute with Foundation's calendar and time zones.
@Suite(.enabled(if: TestZones.areHere, TestZones.absence))
struct CronOracleTests {
    /// What a wall clock shows at one minute, or would have shown.
    struct Shown {
        let minute, hour, day, month, weekday: Int
    }

    /// Three days of minutes around an instant in a zone.
    struct Window {
        let start: Int64
        /// For each minute of UTC: the minute since 1970 as the wall clock shows it.
        var local: [Int64] = []
        /// What each of these minutes is called, skipped ones too.
        var names: [Int64: Shown] = [:]

        init(zone: TimeZone, around instant: Instant) {
            let first = instant.milliseconds / 60_000 - 2160
            start = first
            var calendar = Calendar(identifier: .gregorian)
            calendar.timeZone = .gmt
            for minute in first..<first + 4320 {
                let date = Date(timeIntervalSince1970: Double(minute * 60))
                local.append(minute + Int64(zone.secondsFromGMT(for: date)) / 60)
            }
            guard let least = local.min(), let most = local.max() else { return }
            for minute in least...most {
                let parts = calendar.dateComponents(
                    [.minute, .hour, .day, .month, .weekday],
                    from: Date(timeIntervalSince1970: Double(minute * 60))
                )
                guard let minuteOfHour = parts.minute, let hour = parts.hour, let day = parts.day,
                    let month = parts.month, let weekday = parts.weekday
                else { continue }
                names[minute] = Shown(minute: minuteOfHour, hour: hour, day: day, month: month, weekday: weekday - 1)
            }
        }

        /// Minutes of UTC at which an expression fires.
        func fires(_ expression: RandomExpression) -> [Int64] {
            func isMeant(_ minute: Int64) -> Bool {
                guard let shown = names[minute] else { return false }
                return expression.matches(
                    minute: shown.minute,
                    hour: shown.hour,
                    day: shown.day,
                    month: shown.month,
                    weekday: shown.weekday
                )
            }
            var fires: [Int64] = []
            var seen: Set<Int64> = []
            for (index, minute) in local.enumerated() {
                var isFiring = isMeant(minute)
                if !expression.followsWallClock {
                    // What was shown before, or has been made up for, does not come again.
                    isFiring = isFiring && !seen.contains(minute)
                    if index > 0, minute > local[index - 1] + 1 {
                        for skipped in (local[index - 1] + 1)..<minute where !seen.contains(skipped) {
                            isFiring = isFiring || isMeant(skipped)
                            seen.insert(skipped)
                        }
                    }
                    seen.insert(minute)
                }
                if isFiring { fires.append(start + Int64(index)) }
            }
            return fires
        }
    }

    @Test(arguments: [
        ("Europe/Berlin", "2024-03-31T01:00:00Z"), ("Europe/Berlin", "2024-10-27T01:00:00Z"),
        ("America/New_York", "2024-03-10T07:00:00Z"), ("America/New_York", "2024-11-03T06:00:00Z"),
        ("Australia/Lord_Howe", "2023-09-30T15:30:00Z"), ("Australia/Lord_Howe", "2024-04-06T15:00:00Z"),
        ("America/Sao_Paulo", "2018-11-04T03:00:00Z"), ("America/Sao_Paulo", "2019-02-17T02:00:00Z"),
        ("Pacific/Apia", "2011-12-30T10:00:00Z"), ("Pacific/Apia", "2012-03-31T14:00:00Z"),
        ("Africa/Casablanca", "2019-05-05T02:00:00Z"), ("Africa/Casablanca", "2019-06-09T02:00:00Z"),
        ("Asia/Kathmandu", "1985-12-31T18:30:00Z"), ("Asia/Pyongyang", "2015-08-14T15:00:00Z"),
        ("Asia/Pyongyang", "2018-05-04T15:00:00Z"), ("America/Caracas", "2007-12-09T07:00:00Z"),
        ("America/Caracas", "2016-05-01T07:00:00Z"), ("Pacific/Kwajalein", "1993-08-21T12:00:00Z"),
        ("Pacific/Kiritimati", "1994-12-31T10:00:00Z"), ("Antarctica/Troll", "2022-03-27T01:00:00Z"),
        ("Antarctica/Troll", "2022-10-30T01:00:00Z"), ("Antarctica/Casey", "2020-10-03T16:01:00Z"),
        ("America/Havana", "2022-03-13T05:00:00Z"), ("America/Havana", "2022-11-06T05:00:00Z"),
        ("Europe/Dublin", "2021-10-31T01:00:00Z"), ("Asia/Tehran", "2021-03-21T20:30:00Z"),
        ("America/Santiago", "2021-09-05T04:00:00Z"), ("UTC", "2020-02-29T00:00:00Z"),
    ])
    func `Around a clock change the same minutes are found as by looking at each`(zone: String, edge: String) throws {
        let edge = try TestZones.instant(edge)
        let window = Window(zone: try #require(TimeZone(identifier: zone)), around: edge)
        let zone = try TestZones.named(zone)
        let last = window.start + Int64(window.local.count) - 1
        let month = Int(zone.localTime(at: edge).date.month)
        var random = SplitMix(seed: UInt64(bitPattern: edge.milliseconds))
        var found = 0
        for round in 0..<25 {
            let hours = round % 2 == 0 ? 0...4 : 0...23
            let made = RandomExpression(using: &random, month: month, hours: hours)
            let expression = try CronExpression(parsing: made.text)
            let times = expression.occurrences(
                after: Instant(milliseconds: window.start * 60_000 - 1),
                through: Instant(milliseconds: last * 60_000),
                in: zone
            ).map { $0.milliseconds / 60_000 }
            let expected = window.fires(made)
            let difference = Set(times).symmetricDifference(expected).sorted()
                .map { Instant(milliseconds: $0 * 60_000) }
            #expect(times == expected, "\(made.text) in \(zone): \(difference.prefix(5))")
            found += times.count
        }
        #expect(found > 100)
    }

    @Test
    func `Each time is later than the one before and the next one for all instants up to it`() throws {
        var random = SplitMix(seed: 7)
        let zones = try [
            "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu",
            "Pacific/Apia", "America/Sao_Paulo", "Africa/Monrovia", "Asia/Gaza", "Antarctica/Troll",
        ].map { try TestZones.named($0) }
        for _ in 0..<300 {
            let expression = try CronExpression(parsing: RandomExpression(using: &random).text)
            let zone = zones[random.next(in: 0...zones.count - 1)]
            // From 1970 to 9000.
            let century = random.next(in: 0...3) > 0 ? 1_800_000_000 : 221_000_000_000
            var instant = Instant(milliseconds: Int64(random.next(in: 0...century)) * 1000)
            for _ in 0..<5 {
                let next = try #require(expression.next(after: instant, in: zone), "\(expression) in \(zone)")
                #expect(next > instant, "\(expression) in \(zone)")
                let between = Int64(random.next(in: 0...Int(next.milliseconds - instant.milliseconds - 1)))
                for other in [instant.milliseconds + between, next.milliseconds - 1] {
                    let again = expression.next(after: Instant(milliseconds: other), in: zone)
                    #expect(again == next, "\(expression) in \(zone) after \(Instant(milliseconds: other))")
                }
                instant = next
            }
        }
    }
}
