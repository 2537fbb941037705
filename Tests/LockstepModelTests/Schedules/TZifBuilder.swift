/// Makes the bytes of TZif files of version 2, so that tests of the rules need no data of the machine.
struct TZifBuilder {
    /// When a kind of time begins, in seconds since 1970, and its place among the kinds.
    var changes: [(time: Int64, kind: UInt8)] = []
    var kinds: [(offset: Int32, abbreviation: String)] = [(0, "UTC")]
    var rule = "UTC0"
    var version: UInt8 = 0x32
    var leapSeconds = 0

    var bytes: [UInt8] {
        let names: [UInt8] = kinds.map { Array("\($0.abbreviation)\0".utf8) }.reduce([], +)
        var bytes = header(times: 0, kinds: 1, characters: 4, leapSeconds: 0)
        bytes += [0, 0, 0, 0, 0, 0] + Array("UTC\0".utf8)
        bytes += header(times: changes.count, kinds: kinds.count, characters: names.count, leapSeconds: leapSeconds)
        for change in changes { bytes += bigEndian(change.time) }
        bytes += changes.map(\.kind)
        var place = 0
        for kind in kinds {
            bytes += bigEndian(kind.offset) + [0, UInt8(place)]
            place += kind.abbreviation.utf8.count + 1
        }
        bytes += names
        bytes += [UInt8](repeating: 0, count: leapSeconds * 12)
        return bytes + Array("\n\(rule)\n".utf8)
    }

    private func header(times: Int, kinds: Int, characters: Int, leapSeconds: Int) -> [UInt8] {
        var bytes = Array("TZif".utf8) + [version] + [UInt8](repeating: 0, count: 15)
        for count in [0, 0, leapSeconds, times, kinds, characters] { bytes += bigEndian(Int32(count)) }
        return bytes
    }

    private func bigEndian(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
}
