/// A number made from bytes that is the same in every process and on every machine: FNV-1a of 64 bits, its bits mixed at the end.
struct StableHash {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    }

    /// Adds the eight bytes of a number, the lowest first.
    mutating func add(_ number: Int64) {
        let bits = UInt64(bitPattern: number)
        add((0..<8).map { UInt8(truncatingIfNeeded: bits >> ($0 * 8)) })
    }

    /// The neighbours of a number are far apart, which FNV-1a alone does not give for its last bytes.
    var value: UInt64 {
        var mixed = state
        mixed = (mixed ^ mixed >> 33) &* 0xFF51_AFD7_ED55_8CCD
        mixed = (mixed ^ mixed >> 33) &* 0xC4CE_B9FE_1A85_EC53
        return mixed ^ mixed >> 33
    }
}
