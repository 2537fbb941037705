/// An amount of bytes as definition files write it: `512`, `64KiB`, `512MiB`, `2GiB`, `1TiB`, and `10kB`, `10MB`, `1GB`.
package struct ByteCount: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let bytes: Int64

    package init(_ bytes: Int64) {
        self.bytes = bytes
    }

    package static func mebibytes(_ count: Int64) -> ByteCount { ByteCount(count << 20) }
    package static func gibibytes(_ count: Int64) -> ByteCount { ByteCount(count << 30) }

    package static func < (one: ByteCount, other: ByteCount) -> Bool { one.bytes < other.bytes }

    private static let units: [(suffix: String, factor: Int64)] = [
        ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40),
        ("kB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("B", 1), ("", 1),
    ]

    /// Nil unless the text is a whole number, perhaps followed by a unit, and the result fits.
    package init?(parsing text: String) {
        guard let amount = AmountText.parse(text, units: Self.units) else { return nil }
        bytes = amount
    }

    /// The amount for people beside another one that it differs from: in bytes when both would read the same.
    package func shown(beside other: ByteCount) -> String {
        description == other.description && self != other ? "\(bytes) bytes" : description
    }

    /// At most one decimal, for people: `512 MiB`, `1.5 GiB`, `17 bytes`.
    package var description: String {
        guard bytes >= 1024 else { return bytes == 1 ? "1 byte" : "\(bytes) bytes" }
        var value = Double(bytes)
        for unit in ["KiB", "MiB", "GiB", "TiB"] {
            value /= 1024
            if value < 1023.95 || unit == "TiB" {
                let tenths = Int64((value * 10).rounded())
                return tenths % 10 == 0 ? "\(tenths / 10) \(unit)" : "\(tenths / 10).\(tenths % 10) \(unit)"
            }
        }
        return "\(bytes) bytes"
    }
}
