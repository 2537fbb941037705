/// How many slips of a hand lie between two names: letters added, left out, changed, or two neighbours swapped.
package enum EditDistance {
    /// Counts the slips; nil when there are more than the limit.
    ///
    /// This is the restricted Damerau-Levenshtein distance over Unicode scalars, three rows at a time.
    package static func between(_ one: String, _ other: String, limit: Int) -> Int? {
        between(
            Array(one.unicodeScalars.prefix(maximumLength + 1)),
            Array(other.unicodeScalars.prefix(maximumLength + 1)),
            limit: limit
        )
    }

    static func between(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar], limit: Int) -> Int? {
        guard left.count <= maximumLength, right.count <= maximumLength, abs(left.count - right.count) <= limit
        else { return nil }
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            for column in 0..<right.count {
                let change = last[column] + (left[row] == right[column] ? 0 : 1)
                var best = min(change, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            if current.allSatisfy({ $0 > limit }) { return nil }
            beforeLast = last
            last = current
        }
        return last[right.count] <= limit ? last[right.count] : nil
    }

    private static let maximumLength = 100

    /// The candidate that somebody who wrote this name most likely meant; nil when none is near.
    ///
    /// Upper and lower case, hyphens, underscores and spaces do not count; of equally near ones the first in order of the alphabet.
    package static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
        let wanted = folded(name)
        var limit = limit(forLength: wanted.count)
        var found: String?
        for candidate in candidates.sorted() where candidate != name {
            guard let distance = between(wanted, folded(candidate), limit: limit) else { continue }
            found = candidate
            limit = distance - 1
            if limit < 0 { break }
        }
        return found
    }

    /// How many slips a name of so many characters may have.
    static func limit(forLength length: Int) -> Int { max(1, min(3, length / 3)) }

    /// The name as it is compared; longer names than any that is compared stay longer.
    static func folded(_ name: String) -> [Unicode.Scalar] {
        var folded: [Unicode.Scalar] = []
        for scalar in name.unicodeScalars.prefix(maximumLength + 1) {
            if scalar == "-" || scalar == " " {
                folded.append("_")
            } else if scalar.value < 0x80 {
                folded.append(scalar.properties.isUppercase ? Unicode.Scalar(UInt8(scalar.value) | 0x20) : scalar)
            } else {
                folded.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
            }
        }
        return folded
    }
}
