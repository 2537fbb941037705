import LockstepModel
import Testing

struct ScheduleZoneTests {
    private func zone(_ rule: String) throws -> ScheduleZone {
        try ScheduleZone(name: "Test/Zone", tzif: TZifBuilder(rule: rule).bytes)
    }

    private func changes(_ zone: ScheduleZone, _ year: Int) throws -> [String] {
        let from = try TestZones.instant("\(year)-01-01T00:00:00Z")
        let to = try TestZones.instant("\(year)-12-31T23:59:59Z")
        return zone.transitions(from: from, to: to).map { "\($0.instant) \($0.seconds) \($0.abbreviationAfter)" }
    }

    @Test(arguments: [
        ("CET-1CEST,M3.5.0,M10.5.0/3", ["2025-03-30T01:00:00.000Z 3600 CEST", "2025-10-26T01:00:00.000Z -3600 CET"]),
        ("EST5EDT,M3.2.0,M11.1.0", ["2025-03-09T07:00:00.000Z 3600 EDT", "2025-11-02T06:00:00.000Z -3600 EST"]),
        (
            "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
            ["2025-04-05T15:00:00.000Z -1800 +1030", "2025-10-04T15:30:00.000Z 1800 +11"]
        ),
        (
            "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
            ["2025-03-30T01:00:00.000Z 3600 -01", "2025-10-26T01:00:00.000Z -3600 -02"]
        ),
        (
            "EET-2EEST,M3.4.4/50,M10.4.4/50",
            ["2025-03-29T00:00:00.000Z 3600 EEST", "2025-10-24T23:00:00.000Z -3600 EET"]
        ),
        ("IST-1GMT0,M10.5.0,M3.5.0/1", ["2025-03-30T01:00:00.000Z 3600 IST", "2025-10-26T01:00:00.000Z -3600 GMT"]),
        ("AAA0BBB,J60/0,J300/0", ["2025-03-01T00:00:00.000Z 3600 BBB", "2025-10-26T23:00:00.000Z -3600 AAA"]),
        ("AAA0BBB,59/0,299/0", ["2025-03-01T00:00:00.000Z 3600 BBB", "2025-10-26T23:00:00.000Z -3600 AAA"]),
        ("XXX3EDT4,0/0,J365/23", []), ("<+0545>-5:45", []),
    ])
    func `The rule at the end of a file is followed for good`(rule: String, expected: [String]) throws {
        let zone = try zone(rule)
        #expect(try changes(zone, 2025) == expected)
        // The calendar repeats itself after 400 years.
        for year in [2425, 2825, 3225, 9625] {
            #expect(try changes(zone, year) == expected.map { $0.replacing("2025", with: "\(year)") })
        }
    }

    @Test
    func `A day of the year may or may not count 29 February`() throws {
        #expect(try changes(try zone("AAA0BBB,J60/0,J300/0"), 2024)[0] == "2024-03-01T00:00:00.000Z 3600 BBB")
        #expect(try changes(try zone("AAA0BBB,59/0,299/0"), 2024)[0] == "2024-02-29T00:00:00.000Z 3600 BBB")
    }

    @Test
    func `Summer time that never ends is one offset`() throws {
        let zone = try zone("XXX3EDT4,0/0,J365/23")
        for text in ["1999-12-31T23:59:59Z", "2000-01-01T03:00:00Z", "2024-07-01T00:00:00Z", "2800-01-01T04:00:00Z"] {
            #expect(zone.offset(at: try TestZones.instant(text)) == 4 * -3600)
        }
    }

    @Test
    func `Changes of a file come before its rule, and what was before 1970 is one offset`() throws {
        var file = TZifBuilder(rule: "<+02>-2")
        file.kinds = [(500, "LMT"), (3600, "+01"), (7200, "+02"), (7200, "TWO")]
        file.changes = [(-1000, 1), (1_000_000_000, 2), (1_100_000_000, 3), (1_200_000_000, 1), (1_300_000_000, 2)]
        let zone = try ScheduleZone(name: "Test/Zone", tzif: file.bytes)
        #expect(zone.offset(at: Instant(milliseconds: -5_000_000)) == 3600)
        #expect(zone.offset(at: Instant(milliseconds: 999_999_999_999)) == 3600)
        #expect(zone.offset(at: Instant(milliseconds: 1_000_000_000_000)) == 7200)
        #expect(zone.abbreviation(at: Instant(milliseconds: 1_100_000_000_000)) == "TWO")
        let found = zone.transitions(from: Instant(milliseconds: 0), to: Instant(milliseconds: 1_300_000_000_000))
        // A new name for the same offset is no change of clocks.
        #expect(found.map { $0.instant.milliseconds / 1_000_000 } == [1_000_000, 1_200_000, 1_300_000])
        #expect(found.map(\.seconds) == [3600, -3600, 3600])
    }

    @Test
    func `A wall clock shows a time once, twice or never`() throws {
        let zone = try zone("CET-1CEST,M3.5.0,M10.5.0/3")
        func instants(_ month: Int64, _ day: Int64, _ hour: Int, _ minute: Int) -> [String] {
            zone.instants(of: LocalTime(CivilDate(year: 2025, month: month, day: day), hour: hour, minute: minute))
                .map(\.description)
        }
        #expect(instants(7, 1, 2, 30) == ["2025-07-01T00:30:00.000Z"])
        #expect(instants(3, 30, 2, 30).isEmpty)
        #expect(instants(3, 30, 3, 0) == ["2025-03-30T01:00:00.000Z"])
        #expect(instants(10, 26, 2, 30) == ["2025-10-26T00:30:00.000Z", "2025-10-26T01:30:00.000Z"])
        #expect(instants(10, 26, 3, 0) == ["2025-10-26T02:00:00.000Z"])
    }

    @Test
    func `A local time is written with its date, and has a weekday`() throws {
        let zone = try zone("<+0545>-5:45")
        let local = zone.localTime(at: try TestZones.instant("2024-02-28T18:20:07Z"))
        #expect(local.description == "2024-02-29 00:05:07")
        #expect(local.weekday == 4)
        #expect(
            LocalTime(CivilDate(year: 2025, month: 3, day: 2), hour: 3, minute: 4).description == "2025-03-02 03:04"
        )
        #expect(LocalTime(secondsSince1970: -1).weekday == 3)
        #expect(LocalTime(secondsSince1970: -1).hour == 23)
    }

    @Test
    func `A file that is cut short anywhere is refused`() throws {
        var file = TZifBuilder(rule: "CET-1CEST,M3.5.0,M10.5.0/3")
        file.kinds = [(3600, "CET"), (7200, "CEST")]
        file.changes = [(1_000_000_000, 1), (1_100_000_000, 0)]
        let bytes = file.bytes
        for length in 0..<bytes.count - 28 {
            #expect(throws: ScheduleZone.InvalidData.self) {
                try ScheduleZone(name: "Test/Zone", tzif: Array(bytes[..<length]))
            }
        }
        #expect(throws: Never.self) { try ScheduleZone(name: "Test/Zone", tzif: bytes) }
    }

    @Test
    func `No byte that is changed makes reading or searching fail otherwise`() throws {
        var file = TZifBuilder(rule: "CET-1CEST,M3.5.0,M10.5.0/3")
        file.kinds = [(3600, "CET"), (7200, "CEST")]
        file.changes = [(1_000_000_000, 1), (1_100_000_000, 0)]
        let bytes = file.bytes
        let expression = try CronExpression(parsing: "30 2 * * *")
        for place in bytes.indices {
            for value in [UInt8(0), 0x35, 0xFF] {
                var changed = bytes
                changed[place] = value
                guard let zone = try? ScheduleZone(name: "Test/Zone", tzif: changed) else { continue }
                let start = Instant(milliseconds: 1_742_000_000_000)
                let next = try #require(expression.next(after: start, in: zone))
                #expect(next > start)
            }
        }
    }

    @Test
    func `Files that cannot be used are refused with the reason`() throws {
        func reason(_ change: (inout TZifBuilder) -> Void) throws -> String {
            var file = TZifBuilder()
            change(&file)
            return try #require(throws: ScheduleZone.InvalidData.self) {
                try ScheduleZone(name: "Test/Zone", tzif: file.bytes)
            }.description
        }
        #expect(try reason { $0.version = 0 }.contains("version 1"))
        #expect(try reason { $0.leapSeconds = 1 }.contains("leap seconds"))
        #expect(try reason { $0.changes = [(5, 3)] }.contains("kind of time"))
        #expect(try reason { $0.changes = [(5, 0), (5, 0)] }.contains("not in order"))
        #expect(try reason { $0.changes = [(.max, 0)] }.contains("not in order"))
        #expect(try reason { $0.kinds = [(100_000, "FAR")] }.contains("further from UTC"))
        #expect(try reason { $0.rule = "CET-1CEST" }.contains("CET-1CEST"))
        for rule in [
            "C0", "CET", "CET-1CEST,M13.1.0,M3.1.0", "CET-1CEST,M3.6.0,M3.1.0", "CET-1CEST,J0,J5", "<CET-1", "CET-25",
        ] {
            #expect(try reason { $0.rule = rule }.contains("not understood"), "\(rule)")
        }
        #expect(throws: ScheduleZone.InvalidData.self) {
            try ScheduleZone(name: "Test/Zone", tzif: Array("# no zone".utf8))
        }
    }

    @Test
    func `Zones are equal when their names and tables are`() throws {
        let one = try zone("CET-1CEST,M3.5.0,M10.5.0/3")
        #expect(try one == zone("CET-1CEST,M3.5.0,M10.5.0/3"))
        #expect(try one != zone("CET-1"))
        #expect(try one != ScheduleZone(name: "Other", tzif: TZifBuilder(rule: "CET-1CEST,M3.5.0,M10.5.0/3").bytes))
    }

    @Test(arguments: [
        ("Europe/Berln", ["Europe/Berlin"]), ("berlin", ["Europe/Berlin"]), ("europe/berlin", ["Europe/Berlin"]),
        ("Europe/New_York", ["America/New_York"]), ("New York", ["America/New_York"]), ("Xyzzy/Nowhere", []), ("", []),
        ("Louisville", ["America/Kentucky/Louisville", "America/Louisville"]), ("utc", ["UTC"]),
    ])
    func `An unknown zone names the nearest known ones`(name: String, nearest: [String]) {
        let known = [
            "UTC", "Europe/Berlin", "Europe/Dublin", "America/New_York", "America/Louisville",
            "America/Kentucky/Louisville", "Asia/Kathmandu",
        ]
        let problem = UnknownZone(name: name, known: known)
        #expect(problem.nearest == nearest)
        #expect(problem.description.contains(nearest.first ?? "IANA"))
    }
}
