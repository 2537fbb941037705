/// Follows the hash chain row by row, and holds back the rows around a break until the chain goes on.
///
/// Reads no database by itself; memory does not grow with the log.
struct ChainWalk {
    /// Where the first event of a project is chained to.
    private static let start = ChainPlace(hash: EventRecord.genesis, number: 0)
    private static let remembered = 16
    private static let longestRegion = 2000

    /// The row with this hash, wherever it stands now.
    private let find: (String) throws -> ChainedEvent?
    /// The rows with these stored sequences, in order.
    private let read: (ClosedRange<Int64>) throws -> [ChainedEvent]
    private var hasher = EventHasher()
    /// The last rows that were right, oldest first, and the place before them.
    private var recent: [NumberedEvent] = []
    private var anchor = start
    private var region: [NumberedEvent] = []
    /// What a stored sequence must be raised by to be the number that was hashed; not 0 after rows were renumbered.
    private var shift: Int64 = 0
    private(set) var lastSequence: Int64 = 0
    private(set) var lastNumber: Int64 = 0
    private var lastHash = Array(EventRecord.genesis.utf8)
    /// Rows that were right and of which nothing is remembered but the last place.
    private var passed: Int64 = 0

    /// - Parameters:
    ///   - find: The row with a hash, wherever it stands now.
    ///   - read: The rows with these stored sequences.
    init(
        find: @escaping (String) throws -> ChainedEvent?,
        read: @escaping (ClosedRange<Int64>) throws -> [ChainedEvent]
    ) {
        self.find = find
        self.read = read
    }

    /// Takes the next row when it simply continues the chain.
    ///
    /// - Returns: False when it must be looked at by ``take(_:report:)``.
    mutating func take(_ row: StoredEvent) -> Bool {
        let sequence = row.sequence
        guard region.isEmpty, sequence == lastSequence + 1, sequence + shift == lastNumber + 1,
            let previous = row.text(10), lastHash.elementsEqual(previous),
            hasher.vouches(for: row, as: lastNumber + 1), let hash = row.text(11)
        else { return false }
        lastSequence += 1
        lastNumber += 1
        lastHash.replaceSubrange(0..., with: hash)
        passed += 1
        return true
    }

    /// Takes the next row, in the order of the stored sequence.
    mutating func take(_ event: ChainedEvent, report: inout LogReport) throws {
        try recall()
        if region.isEmpty, event.sequence == lastSequence + 1, event.sequence + shift == lastNumber + 1,
            event.previousHash.utf8.elementsEqual(lastHash), hasher.vouches(for: event, as: lastNumber + 1)
        {
            remember(NumberedEvent(event: event, number: lastNumber + 1))
            return
        }
        region.append(NumberedEvent(event: event, number: try number(of: event)))
        if goesOn || region.count >= Self.longestRegion { try settle(report: &report) }
    }

    /// Judges what is left when there are no more rows.
    mutating func finish(report: inout LogReport) throws {
        if !region.isEmpty { try settle(report: &report) }
    }

    private mutating func remember(_ row: NumberedEvent) {
        if recent.count == 2 * Self.remembered {
            let last = recent[Self.remembered - 1]
            anchor = ChainPlace(hash: last.event.hash, number: last.number ?? last.event.sequence + shift)
            recent.removeFirst(Self.remembered)
        }
        recent.append(row)
        lastSequence = row.event.sequence
        lastNumber = row.number ?? row.event.sequence + shift
        lastHash = Array(row.event.hash.utf8)
    }

    /// Reads the last of the rows that were passed quickly, which a judgement needs.
    private mutating func recall() throws {
        guard passed > 0 else { return }
        let count = min(passed, Int64(2 * Self.remembered))
        let rows = try read(lastSequence - count + 1...lastSequence)
        if passed > count, let first = rows.first {
            recent = []
            anchor = ChainPlace(hash: first.previousHash, number: first.sequence + shift - 1)
        }
        passed = 0
        for row in rows { remember(NumberedEvent(event: row, number: row.sequence + shift)) }
    }

    /// Whether the last two rows of the region are right and follow each other.
    private var goesOn: Bool {
        guard region.count >= 2, let number = region[region.count - 2].number,
            let next = region[region.count - 1].number
        else { return false }
        let (one, other) = (region[region.count - 2].event, region[region.count - 1].event)
        return next == number + 1 && other.sequence == one.sequence + 1 && other.previousHash == one.hash
    }

    /// The number with which the row's hash was made; nil when its columns do not give its hash with any near number.
    private mutating func number(of event: ChainedEvent) throws -> Int64? {
        if hasher.vouches(for: event, as: event.sequence + shift) { return event.sequence + shift }
        if hasher.vouches(for: event, as: event.sequence) { return event.sequence }
        for distance in 1...Int64(64) {
            for number in [event.sequence - distance, event.sequence + distance]
            where hasher.vouches(for: event, as: number) {
                return number
            }
        }
        if let before = try find(event.previousHash), hasher.vouches(for: event, as: before.sequence + 1) {
            return before.sequence + 1
        }
        return nil
    }

    private mutating func settle(report: inout LogReport) throws {
        let isResumed = goesOn
        let damage = ChainDamage(
            anchor: anchor,
            rows: recent + region,
            isResumed: isResumed,
            shift: shift,
            find: find
        )
        for finding in try damage.findings() { report.add(finding) }
        let end = region.suffix(isResumed ? 2 : 1)
        if isResumed, let last = end.last, let number = last.number { shift = number - last.event.sequence }
        if let first = end.first {
            anchor = ChainPlace(
                hash: first.event.previousHash,
                number: (first.number ?? first.event.sequence + shift) - 1
            )
        }
        recent = []
        region = []
        for row in end { remember(row) }
    }
}

/// A point of the chain: the number of an event and its hash.
struct ChainPlace {
    var hash: String
    var number: Int64
}

/// A stored row with the number for which its hash vouches; nil when it vouches for none.
struct NumberedEvent {
    var event: ChainedEvent
    var number: Int64?
}
