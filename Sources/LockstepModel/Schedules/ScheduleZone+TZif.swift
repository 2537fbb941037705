extension ScheduleZone {
    /// Why bytes are not a time zone.
    package struct InvalidData: Error, Sendable, Hashable, CustomStringConvertible {
        package let name: String
        /// What is wrong, as part of a sentence.
        package let reason: String

        package var description: String { "the time-zone data of \(name) cannot be used: \(reason)" }
    }

    /// Reads a TZif file of version 2 or newer; clock changes before 1970 are left out.
    ///
    /// - Throws: ``InvalidData`` when the bytes are no such file, are cut short, or count leap seconds.
    package init(name: String, tzif bytes: [UInt8]) throws(InvalidData) {
        var reader = TZifReader(name: name, bytes: bytes)
        let old = try reader.header()
        guard old.version >= UInt8(ascii: "2") else {
            throw InvalidData(
                name: name,
                reason: "it is a file of version 1, without a rule for the future; install a newer tzdata"
            )
        }
        try reader.skip(old.size(ofTimes: 4))
        let header = try reader.header()
        guard header.leapSeconds == 0 else {
            throw InvalidData(name: name, reason: "it counts leap seconds; use the file outside of the folder right")
        }
        let times = try reader.times(header.times)
        let kindsOfTimes = try reader.take(header.times)
        let kinds = try reader.kinds(header.kinds, characters: header.characters)
        try reader.skip(header.standardFlags + header.universalFlags)
        let rule = try reader.rule()

        guard let first = kinds.first, kindsOfTimes.allSatisfy({ Int($0) < kinds.count }) else {
            throw InvalidData(name: name, reason: "it names a kind of time that it does not have")
        }
        // RFC 9636 allows offsets from -25 to 26 hours and times from -2^59; beyond them the arithmetic would not hold.
        guard zip(times, times.dropFirst()).allSatisfy({ $0 < $1 }), times.allSatisfy({ $0.magnitude <= 1 << 59 })
        else {
            throw InvalidData(name: name, reason: "its clock changes are not in order")
        }
        guard kinds.allSatisfy({ (-90_000...93_600).contains($0.offset) }) else {
            throw InvalidData(name: name, reason: "a clock is further from UTC than any is")
        }
        var table = ZoneTable(initial: first)
        for (time, kind) in zip(times, kindsOfTimes) { table.change(to: kinds[Int(kind)], at: time) }
        let repeatsFrom = rule.flatMap { table.goOn(by: $0) }
        self.init(name: name, changes: table.changes, abbreviations: table.abbreviations, repeatsFrom: repeatsFrom)
    }
}

/// Collects the clock changes of a zone from 1970 on.
private struct ZoneTable {
    private(set) var changes: [(start: Int64, offset: Int64, abbreviation: Int)]
    private(set) var abbreviations: [String]

    init(initial: ZoneRule.Kind) {
        abbreviations = [initial.abbreviation]
        changes = [(.earliest, initial.offset, 0)]
    }

    /// Changes come in order; what was until 1970 is only the state at its beginning.
    mutating func change(to kind: ZoneRule.Kind, at second: Int64) {
        let abbreviation = abbreviations.firstIndex(of: kind.abbreviation) ?? abbreviations.count
        if abbreviation == abbreviations.count { abbreviations.append(kind.abbreviation) }
        if second <= 0 {
            changes = [(.earliest, kind.offset, abbreviation)]
            return
        }
        if changes[changes.count - 1].start == second { changes.removeLast() }
        if let last = changes.last, last.offset == kind.offset, last.abbreviation == abbreviation { return }
        changes.append((second, kind.offset, abbreviation))
    }

    /// Adds what the rule says about 800 years after the last change.
    ///
    /// - Returns: From when the table repeats itself; nil when nothing changes any more.
    mutating func goOn(by rule: ZoneRule) -> Int64? {
        let last = changes[changes.count - 1].start
        guard let summer = rule.summer else {
            if last == .earliest { change(to: rule.standard, at: 0) }
            return nil
        }
        let begin = max(last, 0)
        let firstYear = CivilDate(daysSince1970: begin / 86_400).year
        var coming: [(second: Int64, isSummer: Bool)] = []
        for year in (firstYear - 1)...(firstYear + 803) {
            coming.append((summer.begins.local(in: year) - rule.standard.offset, true))
            coming.append((summer.ends.local(in: year) - summer.kind.offset, false))
        }
        // Where both fall together it is always summer.
        coming.sort { $0.second != $1.second ? $0.second < $1.second : !$0.isSummer && $1.isSummer }
        for (second, isSummer) in coming where second > begin {
            change(to: isSummer ? summer.kind : rule.standard, at: second)
        }
        // What led up to the rule is then a year ago.
        return begin + 366 * 86_400
    }
}

/// Reads the parts of a TZif file, one after the other.
private struct TZifReader {
    let name: String
    let bytes: [UInt8]
    private var at = 0

    init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    /// How much of what the file has.
    struct Header {
        let version: UInt8
        let universalFlags, standardFlags, leapSeconds, times, kinds, characters: Int

        /// How many bytes follow it, with times of so many bytes.
        func size(ofTimes width: Int) -> Int {
            times * (width + 1) + kinds * 6 + characters + leapSeconds * (width + 4) + standardFlags + universalFlags
        }
    }

    mutating func take(_ count: Int) throws(ScheduleZone.InvalidData) -> ArraySlice<UInt8> {
        guard count >= 0, count <= bytes.count - at else {
            throw ScheduleZone.InvalidData(name: name, reason: "it is cut short")
        }
        at += count
        return bytes[at - count..<at]
    }

    mutating func skip(_ count: Int) throws(ScheduleZone.InvalidData) {
        _ = try take(count)
    }

    mutating func header() throws(ScheduleZone.InvalidData) -> Header {
        guard try take(4).elementsEqual("TZif".utf8) else {
            throw ScheduleZone.InvalidData(name: name, reason: "it does not begin with TZif")
        }
        let version = try take(16)
        var counts: [Int] = []
        for _ in 0..<6 { counts.append(Int(UInt32(truncatingIfNeeded: Self.number(try take(4))))) }
        return Header(
            version: version[version.startIndex],
            universalFlags: counts[0],
            standardFlags: counts[1],
            leapSeconds: counts[2],
            times: counts[3],
            kinds: counts[4],
            characters: counts[5]
        )
    }

    mutating func times(_ count: Int) throws(ScheduleZone.InvalidData) -> [Int64] {
        let all = try take(count * 8)
        return (0..<count).map { Self.number(all[all.startIndex + $0 * 8..<all.startIndex + $0 * 8 + 8]) }
    }

    mutating func kinds(_ count: Int, characters: Int) throws(ScheduleZone.InvalidData) -> [ZoneRule.Kind] {
        let all = try take(count * 6)
        let names = try take(characters)
        return (0..<count).map { index in
            let start = all.startIndex + index * 6
            let offset = Int32(truncatingIfNeeded: Self.number(all[start..<start + 4]))
            let name = names.dropFirst(Int(all[start + 5])).prefix { $0 != 0 }
            return ZoneRule.Kind(abbreviation: String(decoding: name, as: UTF8.self), offset: Int64(offset))
        }
    }

    /// The rule after the tables, between two line feeds; nil when the file has none.
    mutating func rule() throws(ScheduleZone.InvalidData) -> ZoneRule? {
        guard try take(1).first == UInt8(ascii: "\n") else {
            throw ScheduleZone.InvalidData(name: name, reason: "the rule for the future is missing")
        }
        let line = Array(bytes[at...].prefix { $0 != UInt8(ascii: "\n") })
        guard !line.isEmpty else { return nil }
        guard let rule = ZoneRule(parsing: line) else {
            throw ScheduleZone.InvalidData(
                name: name,
                reason: "its rule for the future, \(String(decoding: line, as: UTF8.self)), is not understood"
            )
        }
        return rule
    }

    /// A big-endian number; of eight bytes with its sign.
    private static func number(_ bytes: ArraySlice<UInt8>) -> Int64 {
        bytes.reduce(0) { $0 << 8 | Int64($1) }
    }
}
