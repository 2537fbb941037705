internal import LockstepModel

/// Says what was done to the rows around a break of the chain.
///
/// Every row names the hash of the row before it, so the true order is found by following these links: backwards from
/// where the chain goes on again, because later rows vouch for earlier ones, then forwards from the last good place.
struct ChainDamage {
    /// The last good place before the rows.
    let anchor: ChainPlace
    let rows: [NumberedEvent]
    /// Whether the last two rows are good again; false at the end of the log.
    let isResumed: Bool
    let shift: Int64
    let find: (String) throws -> ChainedEvent?

    /// A row in its true place.
    private struct Link {
        var index: Int
        var number: Int64
    }

    func findings() throws -> [LogFinding] {
        var free = Set(rows.indices)
        var (tail, isWhole) = backwards(&free)
        let head = isWhole ? [] : forwards(&free)
        var findings: [LogFinding] = []
        for link in head + tail { findings += judge(link) }
        if !isWhole, let first = tail.first { findings += try gap(head, first, &free) }
        tail = head + tail
        let taken = Set(tail.map(\.number))
        for index in free.sorted() { findings.append(stranger(index, taken)) }
        return findings.sorted { ($0.sequence ?? 0) < ($1.sequence ?? 0) }
    }

    /// From where the chain goes on, back as far as the links lead.
    private func backwards(_ free: inout Set<Int>) -> (links: [Link], isWhole: Bool) {
        guard isResumed, let last = rows.last?.number else { return ([], false) }
        var links = [Link(index: rows.count - 1, number: last)]
        free.remove(rows.count - 1)
        while let first = links.first {
            let wanted = rows[first.index].event.previousHash
            if wanted == anchor.hash { return (links, true) }
            guard let index = free.first(where: { rows[$0].event.hash == wanted }) else { break }
            free.remove(index)
            links.insert(Link(index: index, number: first.number - 1), at: 0)
        }
        return (links, false)
    }

    private func forwards(_ free: inout Set<Int>) -> [Link] {
        var links: [Link] = []
        var place = anchor
        while true {
            let next = free.filter { rows[$0].event.previousHash == place.hash }.min { one, other in
                rank(one, after: place) < rank(other, after: place)
            }
            guard let next else { return links }
            free.remove(next)
            place = ChainPlace(hash: rows[next].event.hash, number: place.number + 1)
            links.append(Link(index: next, number: place.number))
        }
    }

    /// Lower for the row that more likely is the true next one.
    private func rank(_ index: Int, after place: ChainPlace) -> Int {
        let row = rows[index]
        let isContinued = rows.contains { $0.event.previousHash == row.event.hash }
        return (row.number == place.number + 1 ? 0 : 2) + (isContinued ? 0 : 1)
    }

    private func judge(_ link: Link) -> [LogFinding] {
        let row = rows[link.index]
        guard row.number == link.number else {
            return [finding(.edited, row.event, "its columns are not those that its hash was made of")]
        }
        let newShift = isResumed ? rows.last.flatMap { row in row.number.map { $0 - row.event.sequence } } : nil
        let here = link.number - row.event.sequence
        guard here != shift, here != newShift else { return [] }
        return [moved(row.event, to: link.number)]
    }

    /// What is between the good rows before the break and the good rows after it.
    private func gap(_ head: [Link], _ first: Link, _ free: inout Set<Int>) throws -> [LogFinding] {
        let before = head.last?.number ?? anchor.number
        let next = rows[first.index]
        guard first.number > before + 1 else {
            // Nothing is missing, yet the links do not fit: the row before was replaced together with its hash.
            guard next.number == first.number, let last = head.last, rows[last.index].number == last.number else {
                return []
            }
            let event = rows[last.index].event
            return [
                finding(.edited, event, "it was replaced together with its hash; the event after it continues another")
            ]
        }
        var findings: [LogFinding] = []
        var missing = Array(before + 1..<first.number)
        var wanted = next.event.previousHash
        while let number = missing.last, let event = try find(wanted) {
            findings.append(moved(event, to: number))
            if let index = free.first(where: { rows[$0].event == event }) { free.remove(index) }
            wanted = event.previousHash
            missing.removeLast()
        }
        for number in missing {
            guard let index = free.first(where: { rows[$0].event.sequence + shift == number }), isNew(rows[index])
            else {
                continue
            }
            free.remove(index)
            missing.removeAll { $0 == number }
            let text = "its columns and its hash are not those that the events around it vouch for"
            findings.append(finding(.edited, rows[index].event, text))
        }
        return findings + deletions(missing)
    }

    private func deletions(_ missing: [Int64]) -> [LogFinding] {
        var findings: [LogFinding] = []
        var rest = missing[...]
        while let first = rest.first {
            let run = rest.enumerated().prefix { $0.element == first + Int64($0.offset) }.count
            rest = rest.dropFirst(run)
            findings.append(.deletion(of: first...first + Int64(run) - 1))
        }
        return findings
    }

    /// Whether the row vouches for no other place than the one it stands at.
    private func isNew(_ row: NumberedEvent) -> Bool {
        row.number == nil || row.number == row.event.sequence + shift
    }

    /// A row that the chain around it does not need.
    private func stranger(_ index: Int, _ taken: Set<Int64>) -> LogFinding {
        let row = rows[index]
        if let number = row.number, !isNew(row), !taken.contains(number) { return moved(row.event, to: number) }
        return finding(.inserted, row.event, "no other event continues it, and the chain is whole without it")
    }

    private func moved(_ event: ChainedEvent, to number: Int64) -> LogFinding {
        finding(.reordered, event, "it stands at \(event.sequence), but the chain has it at \(number)")
    }

    private func finding(_ kind: LogFinding.Kind, _ event: ChainedEvent, _ text: String) -> LogFinding {
        LogFinding(
            kind: kind,
            sequence: event.sequence,
            jobID: JobID(event.jobID),
            message: "Event \(event.sequence) (\(event.type)) of \(event.jobID) was \(kind.rawValue): \(text)."
        )
    }
}

extension LogFinding {
    static func deletion(of range: ClosedRange<Int64>) -> LogFinding {
        let what =
            range.count == 1
            ? "Event \(range.lowerBound) was" : "Events \(range.lowerBound) to \(range.upperBound) were"
        return LogFinding(
            kind: .deleted,
            sequence: range.lowerBound,
            jobID: nil,
            message: "\(what) deleted: the log went on after it, and it is not there."
        )
    }
}
