import LockstepModel
import Testing

/// What happens when clocks change, and the other rules of the design of schedules.
@Suite(.enabled(if: TestZones.areHere, TestZones.absence))
struct CronClockChangeTests {
    /// The times of an expression from one local minute of a zone on, as UTC without seconds; all are those of the rule.
    private func times(_ text: String, _ zone: String, _ start: String, _ count: Int) throws -> [String] {
        let expression = try CronExpression(parsing: text)
        let zone = try TestZones.named(zone)
        var instant = try TestZones.instant("\(start):00Z")
        var found: [String] = []
        for _ in 0..<count {
            guard let next = expression.next(after: instant, in: zone) else { break }
            instant = next
            found.append(String(next.description.dropLast(8)))
        }
        return found
    }

    @Test(arguments: [
        ("30 2 * * *", ["2025-03-29T01:30", "2025-03-30T01:00", "2025-03-31T00:30"]),
        ("0,30 2 * * *", ["2025-03-29T01:00", "2025-03-29T01:30", "2025-03-30T01:00", "2025-03-31T00:00"]),
        // 03:00 itself is the first instant after the gap: it is one time, not two.
        ("30 2,3 * * *", ["2025-03-29T01:30", "2025-03-29T02:30", "2025-03-30T01:00", "2025-03-30T01:30"]),
        ("0 2,3 * * *", ["2025-03-29T01:00", "2025-03-29T02:00", "2025-03-30T01:00", "2025-03-31T00:00"]),
        (
            "30 1-3 * * *",
            ["2025-03-29T00:30", "2025-03-29T01:30", "2025-03-29T02:30", "2025-03-30T00:30", "2025-03-30T01:00"]
        ),
    ])
    func `A fixed time in a spring gap fires once, at the first instant after it`(text: String, expected: [String])
        throws
    {
        #expect(try times(text, "Europe/Berlin", "2025-03-28T12:00", expected.count) == expected)
    }

    @Test(arguments: [
        ("30 2 * * *", ["2025-10-25T00:30", "2025-10-26T00:30", "2025-10-27T01:30"]),
        (
            "0,30 2 * * *",
            ["2025-10-25T00:00", "2025-10-25T00:30", "2025-10-26T00:00", "2025-10-26T00:30", "2025-10-27T01:00"]
        ),
        ("0 1-4 26 10 *", ["2025-10-25T23:00", "2025-10-26T00:00", "2025-10-26T02:00", "2025-10-26T03:00"]),
    ])
    func `A fixed time in an autumn overlap fires once, the first time`(text: String, expected: [String]) throws {
        #expect(try times(text, "Europe/Berlin", "2025-10-24T12:00", expected.count) == expected)
    }

    @Test
    func `A fixed time that has fired is not fired again from within the second hour`() throws {
        // 02:10 the second time: 02:30 was at 00:30 UTC.
        #expect(try times("30 2 * * *", "Europe/Berlin", "2025-10-26T01:10", 1) == ["2025-10-27T01:30"])
        #expect(try times("*/30 2 * * *", "Europe/Berlin", "2025-10-26T01:10", 1) == ["2025-10-26T01:30"])
    }

    @Test(arguments: [
        ("*/30 2 * * *", "2025-03-29T20:00", ["2025-03-31T00:00", "2025-03-31T00:30"]),
        ("30 * * * *", "2025-03-30T00:00", ["2025-03-30T00:30", "2025-03-30T01:30"]),
        ("30 */2 * * *", "2025-03-29T23:00", ["2025-03-29T23:30", "2025-03-30T02:30"]),
        (
            "*/30 2 * * *", "2025-10-25T20:00",
            ["2025-10-26T00:00", "2025-10-26T00:30", "2025-10-26T01:00", "2025-10-26T01:30", "2025-10-27T01:00"]
        ),
        ("30 * * * *", "2025-10-26T00:00", ["2025-10-26T00:30", "2025-10-26T01:30", "2025-10-26T02:30"]),
    ])
    func `With a star the wall clock is followed as it passes`(text: String, start: String, expected: [String]) throws {
        #expect(try times(text, "Europe/Berlin", start, expected.count) == expected)
    }

    @Test(arguments: [
        // The clocks of Lord Howe change by half an hour: 02:00 became 02:30, and 02:00 became 01:30.
        ("15 2 * * *", "Australia/Lord_Howe", "2024-10-05T00:00", ["2024-10-05T15:30", "2024-10-06T15:15"]),
        ("*/15 2 * * *", "Australia/Lord_Howe", "2024-10-05T15:00", ["2024-10-05T15:30", "2024-10-05T15:45"]),
        ("45 1 * * *", "Australia/Lord_Howe", "2025-04-05T00:00", ["2025-04-05T14:45", "2025-04-06T15:15"]),
        // Samoa had no 30 December 2011.
        (
            "0 9 * * *", "Pacific/Apia", "2011-12-29T00:00",
            ["2011-12-29T19:00", "2011-12-30T10:00", "2011-12-30T19:00"]
        ),
        (
            "0 0 * * *", "Pacific/Apia", "2011-12-28T12:00",
            ["2011-12-29T10:00", "2011-12-30T10:00", "2011-12-31T10:00"]
        ),
        ("0 9 30 12 *", "Pacific/Apia", "2011-12-01T00:00", ["2011-12-30T10:00", "2012-12-29T19:00"]),
        ("* 9 30 12 *", "Pacific/Apia", "2011-12-01T00:00", ["2012-12-29T19:00"]),
        // At midnight: 00:00 became 01:00, and 00:00 became 23:00.
        ("0 0 * * *", "America/Sao_Paulo", "2017-10-14T12:00", ["2017-10-15T03:00", "2017-10-16T02:00"]),
        ("30 23 * * *", "America/Sao_Paulo", "2018-02-17T12:00", ["2018-02-18T01:30", "2018-02-19T02:30"]),
        (
            "*/30 23 17 2 *", "America/Sao_Paulo", "2018-02-17T12:00",
            ["2018-02-18T01:00", "2018-02-18T01:30", "2018-02-18T02:00", "2018-02-18T02:30", "2019-02-18T02:00"]
        ),
        // Ramadan: Morocco sets its clocks back in spring and forward a month later.
        ("30 2 * * *", "Africa/Casablanca", "2024-03-09T12:00", ["2024-03-10T01:30", "2024-03-11T02:30"]),
        ("30 2 * * *", "Africa/Casablanca", "2024-04-13T12:00", ["2024-04-14T02:00", "2024-04-15T01:30"]),
        // A quarter of an hour, in 1986.
        ("5 0 * * *", "Asia/Kathmandu", "1985-12-31T12:00", ["1985-12-31T18:30", "1986-01-01T18:20"]),
        // Three quarters of an hour less half a minute, in 1972: the first instant after the gap is not a whole minute.
        ("10 0 * * *", "Africa/Monrovia", "1972-01-06T12:00", ["1972-01-07T00:44", "1972-01-08T00:10"]),
        ("*/15 * * * *", "Africa/Monrovia", "1972-01-07T00:40", ["1972-01-07T00:45", "1972-01-07T01:00"]),
    ])
    func `Unusual changes follow the same rules`(text: String, zone: String, start: String, expected: [String]) throws {
        #expect(try times(text, zone, start, expected.count) == expected)
    }

    @Test
    func `Both day fields restricted means either, unless one begins with a star`() throws {
        func days(_ text: String) throws -> [String] {
            try times(text, "UTC", "2024-08-31T23:59", 6).map { String($0.dropLast(6)) }
        }
        // September 2024 begins on a Sunday; its 13th is a Friday.
        #expect(
            try days("0 0 13 9 FRI") == [
                "2024-09-06", "2024-09-13", "2024-09-20", "2024-09-27", "2025-09-05", "2025-09-12",
            ]
        )
        #expect(
            try days("0 0 1-7 9 */6") == [
                "2024-09-01", "2024-09-07", "2025-09-06", "2025-09-07", "2026-09-05", "2026-09-06",
            ]
        )
        #expect(try days("0 0 */10 9 SUN").prefix(3) == ["2024-09-01", "2025-09-21", "2030-09-01"])
        #expect(
            try days("0 0 1-31 9 MON") == [
                "2024-09-01", "2024-09-02", "2024-09-03", "2024-09-04", "2024-09-05", "2024-09-06",
            ]
        )
        #expect(
            try days("0 0 15 9 *") == [
                "2024-09-15", "2025-09-15", "2026-09-15", "2027-09-15", "2028-09-15", "2029-09-15",
            ]
        )
    }

    @Test
    func `An instant at which it fires is not after itself`() throws {
        #expect(try times("30 12 * * *", "UTC", "2024-07-01T12:30", 1) == ["2024-07-02T12:30"])
        let expression = try CronExpression(parsing: "30 12 * * *")
        let moment = try TestZones.instant("2024-07-01T12:29:59.999Z")
        #expect(expression.next(after: moment, in: .utc) == (try TestZones.instant("2024-07-01T12:30:00Z")))
    }

    @Test
    func `Before 1970 the first time from 1970 on is given`() throws {
        for zone in ["UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland"] {
            let first = try times("* * * * *", zone, "1900-01-01T00:00", 1)
            #expect(first == ["1970-01-01T00:00"], "\(zone)")
        }
        #expect(try times("0 0 1 1 *", "America/New_York", "1901-01-01T00:00", 1) == ["1970-01-01T05:00"])
        #expect(try CronExpression(parsing: "0 0 * * *").next(after: Instant(milliseconds: .min), in: .utc) != nil)
    }

    @Test
    func `There is nothing after the year 9999`() throws {
        #expect(try times("0 0 1 1 *", "Europe/Berlin", "9998-12-31T23:00", 2) == ["9999-12-31T23:00"])
        #expect(try times("59 23 31 12 *", "UTC", "9998-12-31T23:59", 3) == ["9999-12-31T23:59"])
        #expect(try CronExpression(parsing: "* * * * *").next(after: Instant(milliseconds: .max), in: .utc) == nil)
    }

    @Test
    func `Minutes that always lie in the gap are searched for no longer than the calendar repeats`() throws {
        let zone = try ScheduleZone(name: "Test/Zone", tzif: TZifBuilder(rule: "AAA0BBB,J60/2,J300/2").bytes)
        let start = try TestZones.instant("2024-01-01T00:00:00Z")
        #expect(try CronExpression(parsing: "*/30 2 1 3 *").next(after: start, in: zone) == nil)
        #expect(
            try CronExpression(parsing: "*/30 2,3 1 3 *").next(after: start, in: zone)
                == TestZones.instant("2024-03-01T02:00:00Z")
        )
    }

    @Test
    func `29 February on a Sunday comes after 28 years, or after 40`() throws {
        // Every second day of the week but Monday: Sunday, Tuesday, Thursday, Saturday; 29 February 2000 was a Tuesday.
        #expect(try times("0 0 29 2 */2", "UTC", "2000-02-29T00:00", 2) == ["2004-02-29T00:00", "2020-02-29T00:00"])
        let expression = try CronExpression(parsing: "0 0 */28 2 SUN")
        let start = try TestZones.instant("2000-03-01T00:00:00Z")
        var dates: [String] = []
        for next in expression.occurrences(
            after: start,
            through: try TestZones.instant("2200-01-01T00:00:00Z"),
            in: .utc
        ) {
            if next.description.contains("-29T") { dates.append(String(next.description.prefix(4))) }
        }
        #expect(dates == ["2004", "2032", "2060", "2088", "2128", "2156", "2184"])
    }
}
