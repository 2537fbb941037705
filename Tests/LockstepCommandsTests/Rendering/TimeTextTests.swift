import LockstepCommands
import LockstepModel
import Testing

struct TimeTextTests {
    @Test(arguments: [
        (-1.0, "0.0s"), (0.04, "0.0s"), (12.34, "12.3s"), (59.94, "59.9s"), (59.96, "1m 00s"), (245, "4m 05s"),
        (7620, "2h 07m"), (273_600, "3d 04h"),
    ])
    func `A duration has at most two units`(seconds: Double, text: String) {
        #expect(DurationText.short(seconds: seconds) == text)
    }

    @Test(
        arguments: [
            (0, "now"), (12, "12s ago"), (125, "2m ago"), (7300, "2h ago"), (200_000, "2d ago"),
            (5_000_000, "2026-09-23"), (-60, "now"),
        ] as [(Int64, String)]
    )
    func `An age is one unit, and a date when it is long ago`(seconds: Int64, text: String) throws {
        let now = try #require(Instant(parsing: "2026-11-20T12:00:00Z"))
        #expect(TimeText.age(of: Instant(milliseconds: now.milliseconds - seconds * 1000), at: now) == text)
    }
}
