import LockstepModel
import Testing

struct InstantTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (1_710_930_600_123, "2024-03-20T10:30:00.123Z"), (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
        (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
    ])
    func `An instant is written and read`(milliseconds: Int64, text: String) {
        #expect(Instant(milliseconds: milliseconds).description == text)
        #expect(Instant(parsing: text) == Instant(milliseconds: milliseconds))
    }

    @Test(arguments: [
        ("2024-03-20T10:30:00Z", "2024-03-20T10:30:00.000Z"), ("2024-03-20T10:30:00.1Z", "2024-03-20T10:30:00.100Z"),
        ("2024-03-20T10:30:00.12Z", "2024-03-20T10:30:00.120Z"),
        ("2024-03-20T10:30:00.1239Z", "2024-03-20T10:30:00.123Z"),
    ])
    func `Fractions of a second may be left out or be longer`(text: String, full: String) {
        #expect(Instant(parsing: text)?.description == full)
    }

    @Test(arguments: [
        "", "2024-03-20", "2024-03-20T10:30:00", "2024-03-20T10:30:00+00:00", "2024-13-20T10:30:00Z",
        "2024-03-20T24:00:00Z",
        "2024-03-20T10:60:00Z", "2024-03-20T10:30:61Z", "2024-03-20T10:30:00.Z", "2024-03-20T10:30:00,1Z",
        "x024-03-20T10:30:00Z",
        "2024-03-20 10:30:00Z", "2024-00-20T10:30:00Z", "2024-02-30T10:30:00Z", "2023-02-29T10:30:00Z",
        "2024-04-31T10:30:00Z",
    ])
    func `Text that is no UTC instant is refused`(text: String) {
        #expect(Instant(parsing: text) == nil)
    }

    @Test
    func `Every day of four centuries is itself again`() {
        for day in Int64(-200_000)...200_000 where CivilDate(daysSince1970: day).daysSince1970 != day {
            Issue.record("day \(day)")
        }
    }

    @Test
    func `The time between two instants may be negative`() {
        #expect(Instant(milliseconds: 1500).seconds(since: Instant(milliseconds: 2000)) == -0.5)
    }
}
