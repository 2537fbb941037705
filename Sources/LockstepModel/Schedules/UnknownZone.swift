/// A name that is no time zone, with the names that are near to it.
package struct UnknownZone: Error, Sendable, Hashable {
    /// As it was written.
    package let name: String
    /// At most three, the likeliest first.
    package let nearest: [String]

    package init(name: String, nearest: [String]) {
        self.name = name
        self.nearest = nearest
    }

    /// Finds the nearest names among all known ones: by slips of a hand in the whole name, or in its city (`Berlin`, `Europe/Berln`).
    package init(name: String, known: [String]) {
        self.name = name
        var found: [String] = []
        func add(_ candidates: some Sequence<String>) {
            for candidate in candidates where found.count < 3 && !found.contains(candidate) { found.append(candidate) }
        }
        add(EditDistance.nearest(to: name, among: known).map { [$0] } ?? [])
        let city = Self.city(of: name)
        let cities = Dictionary(grouping: known.sorted(), by: { Self.city(of: $0) })
        add(cities[city] ?? [])
        if found.isEmpty, let near = EditDistance.nearest(to: city, among: cities.keys) { add(cities[near] ?? []) }
        nearest = found
    }

    /// What stands after the last slash, as names have it: in small letters and with underscores.
    private static func city(of name: String) -> String {
        String(name.split(separator: "/").last ?? "").lowercased().replacing(" ", with: "_")
    }
}

extension UnknownZone: CustomStringConvertible {
    /// For example `Berlin is no time zone; did you mean Europe/Berlin?`.
    package var description: String {
        let shown = CronParser.shown(name)
        guard !nearest.isEmpty else {
            return "\(shown) is no time zone; write an IANA name such as Europe/Berlin, or UTC"
        }
        return "\(shown) is no time zone; did you mean \(CronParser.joined(nearest, "or"))?"
    }
}
