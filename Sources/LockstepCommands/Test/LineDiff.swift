/// How two texts differ, line by line: `-` what was expected, `+` what was there instead, with the lines around.
package struct LineDiff: Sendable {
    /// Each begins with `- `, `+ ` or two spaces; `…` stands for lines that are left out.
    package let lines: [String]

    private static let context = 2
    private static let most = 60
    /// Texts of more lines than this squared are not compared line by line.
    private static let comparable = 250_000

    package init(expected: String, actual: String) {
        let (old, new) = (Self.split(expected), Self.split(actual))
        let edits = Self.edits(old, new)
        // Lines that are the same are shown only near those that differ.
        let changed = edits.indices.filter { edits[$0].first != " " }
        let shown = Set(changed.flatMap { max(0, $0 - Self.context)...min(edits.count - 1, $0 + Self.context) })
        var lines: [String] = []
        var isGap = false
        for (index, edit) in edits.enumerated() {
            if shown.contains(index) {
                lines.append(edit)
                isGap = false
            } else if !isGap {
                lines.append("…")
                isGap = true
            }
        }
        if lines.count > Self.most {
            let left = lines.count - Self.most
            lines = lines.prefix(Self.most) + ["… \(left) more lines"]
        }
        self.lines = lines
    }

    private static func split(_ text: String) -> [String] {
        // Not by Character: a line break in CRLF is part of one.
        text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    }

    private static func edits(_ old: [String], _ new: [String]) -> [String] {
        let head = zip(old, new).prefix { $0 == $1 }.count
        let tail = zip(old.dropFirst(head).reversed(), new.dropFirst(head).reversed()).prefix { $0 == $1 }.count
        let (before, after) = (Array(old[head..<(old.count - tail)]), Array(new[head..<(new.count - tail)]))
        var edits = old.prefix(head).map { "  \($0)" }
        if before.count * after.count <= comparable {
            edits += longestCommon(before, after)
        } else {
            edits += before.map { "- \($0)" } + after.map { "+ \($0)" }
        }
        return edits + old.suffix(tail).map { "  \($0)" }
    }

    /// The edits around the longest common subsequence, by a table of its lengths.
    private static func longestCommon(_ old: [String], _ new: [String]) -> [String] {
        var table = Array(repeating: Array(repeating: 0, count: new.count + 1), count: old.count + 1)
        for row in old.indices.reversed() {
            for column in new.indices.reversed() {
                table[row][column] =
                    old[row] == new[column]
                    ? table[row + 1][column + 1] + 1 : max(table[row + 1][column], table[row][column + 1])
            }
        }
        var (row, column) = (0, 0)
        var edits: [String] = []
        while row < old.count || column < new.count {
            if row < old.count, column < new.count, old[row] == new[column] {
                edits.append("  \(old[row])")
                row += 1
                column += 1
            } else if column == new.count || row < old.count && table[row + 1][column] >= table[row][column + 1] {
                edits.append("- \(old[row])")
                row += 1
            } else {
                edits.append("+ \(new[column])")
                column += 1
            }
        }
        return edits
    }
}
