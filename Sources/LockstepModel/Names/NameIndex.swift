/// Names among which the nearest one is looked for often; finds what ``EditDistance/nearest(to:among:)`` finds, without comparing all.
package struct NameIndex: Sendable {
    private struct Entry: Sendable {
        let name: String
        let scalars: [Unicode.Scalar]
        /// One bit for each kind of character that is in it.
        let characters: UInt64
    }

    /// By how many characters their names have; each list sorted by name.
    private var entries: [Int: [Entry]] = [:]

    package init(_ names: [String]) {
        var last: String?
        for name in names.sorted() where name != last {
            last = name
            let entry = Self.entry(name)
            entries[entry.scalars.count, default: []].append(entry)
        }
    }

    /// The name that somebody who wrote this one most likely meant; nil when none is near.
    package func nearest(to name: String) -> String? {
        let wanted = Self.entry(name)
        let length = wanted.scalars.count
        var limit = EditDistance.limit(forLength: length)
        var found: (name: String, distance: Int)?
        for candidateLength in (length - limit)...(length + limit) {
            for candidate in entries[candidateLength] ?? [] where abs(candidateLength - length) <= limit {
                // Each slip adds at most one kind of character and takes at most one away.
                guard (wanted.characters ^ candidate.characters).nonzeroBitCount <= 2 * limit else { continue }
                guard candidate.name != name,
                    let distance = EditDistance.between(wanted.scalars, candidate.scalars, limit: limit)
                else { continue }
                if let found, distance == found.distance, found.name < candidate.name { continue }
                found = (candidate.name, distance)
                limit = distance
            }
        }
        return found?.name
    }

    private static func entry(_ name: String) -> Entry {
        let scalars = EditDistance.folded(name)
        return Entry(
            name: name,
            scalars: scalars,
            characters: scalars.reduce(0) { $0 | 1 << UInt64($1.value & 63) }
        )
    }
}
