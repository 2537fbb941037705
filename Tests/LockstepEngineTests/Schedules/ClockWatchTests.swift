import LockstepEngine
import LockstepModel
import Testing

/// What the differences between clocks say.
struct ClockWatchTests {
    private static func reading(_ wall: Int64, _ boot: Int64, _ awake: Int64) -> ClockReading {
        ClockReading(wall: Instant(milliseconds: wall), sinceBoot: boot, awake: awake)
    }

    @Test(
        arguments: [
            (30_000, 30_000, 30_000, []),
            (31_500, 30_000, 30_000, []),
            (3_630_000, 30_000, 30_000, [ClockChange.set(by: 3_600_000)]),
            (-3_570_000, 30_000, 30_000, [.set(by: -3_600_000)]),
            (7_230_000, 7_230_000, 30_000, [.slept(7_200_000)]),
            (30_000, 7_230_000, 30_000, [.slept(7_200_000), .set(by: -7_200_000)]),
        ] as [(Int64, Int64, Int64, [ClockChange])]
    )
    func `a clock that was set and a machine that slept are told apart`(
        wall: Int64,
        boot: Int64,
        awake: Int64,
        changes: [ClockChange]
    ) {
        var watch = ClockWatch(Self.reading(1_000_000, 500_000, 400_000))
        #expect(watch.look(Self.reading(1_000_000 + wall, 500_000 + boot, 400_000 + awake)) == changes)
        #expect(watch.look(Self.reading(1_030_000 + wall, 530_000 + boot, 430_000 + awake)) == [])
    }

    @Test func `the machine's own clocks go on`() {
        let first = ClockReading(wall: .now())
        let second = ClockReading(wall: .now())
        #expect(second.sinceBoot >= first.sinceBoot && second.awake >= first.awake && first.awake > 0)
    }
}
