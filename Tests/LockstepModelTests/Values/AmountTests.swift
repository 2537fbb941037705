import LockstepModel
import Testing

struct AmountTests {
    @Test(
        arguments: [
            ("250ms", 250, "250ms"), ("30s", 30_000, "30s"), ("90s", 90_000, "90s"), ("5m", 300_000, "5m"),
            ("120m", 7_200_000, "2h"),
            ("2h", 7_200_000, "2h"), ("1d", 86_400_000, "1d"), ("0s", 0, "0ms"),
        ] as [(String, Int64, String)]
    )
    func `A duration is read, and written with its largest unit`(text: String, milliseconds: Int64, written: String) {
        #expect(DurationText(parsing: text)?.milliseconds == milliseconds)
        #expect(DurationText(parsing: text)?.description == written)
    }

    @Test(arguments: [
        "", "5", "s", "-5s", "+5s", "1.5h", "5 s", "5S", "1h30m", "٣s", "9999999999999999999s", "99999999999999999d",
    ])
    func `Text that is no duration is refused`(text: String) {
        #expect(DurationText(parsing: text) == nil)
    }

    @Test(
        arguments: [
            ("512", 512), ("5B", 5), ("64KiB", 65_536), ("512MiB", 536_870_912), ("2GiB", 2_147_483_648),
            ("1TiB", 1_099_511_627_776),
            ("10kB", 10_000), ("10MB", 10_000_000), ("1GB", 1_000_000_000), ("0", 0),
        ] as [(String, Int64)]
    )
    func `A size is read`(text: String, bytes: Int64) {
        #expect(ByteCount(parsing: text)?.bytes == bytes)
    }

    @Test(arguments: ["", "KiB", "-1KiB", "1.5GiB", "1 GiB", "1gib", "1KB", "9999999999TiB", "٣KiB"])
    func `Text that is no size is refused`(text: String) {
        #expect(ByteCount(parsing: text) == nil)
    }

    @Test(
        arguments: [
            (0, "0 bytes"), (1, "1 byte"), (1023, "1023 bytes"), (1024, "1 KiB"), (1536, "1.5 KiB"),
            (1_048_575, "1 MiB"),
            (1_610_612_736, "1.5 GiB"), (1 << 50, "1024 TiB"),
        ] as [(Int64, String)]
    )
    func `A size is written for people`(bytes: Int64, text: String) {
        #expect(ByteCount(bytes).description == text)
    }
}
