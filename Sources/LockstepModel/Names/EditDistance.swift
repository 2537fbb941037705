/// How many slips of a hand lie between two names: letters added, left out, changed, or two neighbours swapped.
package enum EditDistance {
    /// Counts the slips; nil when there are more than the limit.
    ///
    /// This is the restricted Damerau-Levenshtein distance over Unicode scalars, three rows at a time.
    package static func between(_ one: String, _ other: String, limit: Int) -> Int? {
        let left = Array(one.unicodeScalars.prefix(maximumLength + 1))
        let right = Array(other.unicodeScalars.prefix(maximumLength + 1))
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
        var limit = max(1, min(3, wanted.unicodeScalars.count / 3))
        var found: String?
        for candidate in candidates.sorted() where candidate != name {
            guard let distance = between(wanted, folded(candidate), limit: limit) else { continue }
            found = candidate
            limit = distance - 1
            if limit < 0 { break }
        }
        return found
    }

    /// The name as it is compared; longer names than any that is compared stay longer.
    private static func folded(_ name: String) -> String {
        var folded = ""
        for scalar in name.unicodeScalars.prefix(maximumLength + 1) {
            folded += scalar == "-" || scalar == " " ? "_" : scalar.properties.lowercaseMapping
        }
        return folded
    }
}
