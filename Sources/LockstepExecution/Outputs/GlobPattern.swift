/// A file pattern below a work folder: `*`, `?` and `[a-z]` within a component, `**` for any number of folders.
///
/// As in a shell, a leading dot must be written out, and characters are bytes.
package struct GlobPattern {
    private let components: [[UInt8]]

    /// Nil when the text is no path that stays inside the folder.
    init?(_ text: String) {
        guard let path = WorkPath(text) else { return nil }
        components = path.components
    }

    /// The files that match, in natural order of their paths; links and other special files are among them, to be refused.
    ///
    /// - Throws: When the folder is too large or too deep to walk.
    func matches(in folder: WorkFolder) throws(CollectionProblem) -> [WorkPath] {
        var walk = Walk(found: [])
        try find(components[...], in: folder.root, at: WorkPath(components: []), walk: &walk)
        return walk.found.sorted { NaturalOrder.precedes($0.bytes, $1.bytes) }
    }

    private struct Walk {
        var seen = 0
        var found: Set<WorkPath>
    }

    private func find(
        _ rest: ArraySlice<[UInt8]>,
        in folder: OpenFolder,
        at path: WorkPath,
        walk: inout Walk
    ) throws(CollectionProblem) {
        guard let first = rest.first else { return }
        guard path.components.count < WorkFolder.depthLimit else {
            throw .broken("the folders below \(path.shown) are nested deeper than \(WorkFolder.depthLimit) levels")
        }
        let isAny = first == Array("**".utf8)
        if isAny { try find(rest.dropFirst(), in: folder, at: path, walk: &walk) }
        let names = folder.names(limit: WorkFolder.entryLimit + 1)
        walk.seen += names.count
        guard walk.seen <= WorkFolder.entryLimit else {
            throw .tooLarge("the work folder holds more than \(WorkFolder.entryLimit) names; use a narrower pattern")
        }
        for name in names where isAny ? name.first != UInt8(ascii: ".") : Self.matches(name, first) {
            guard let entry = folder.entry(name) else { continue }
            if case .folder = entry.kind {
                guard rest.count > 1 || isAny, let child = folder.folder(name) else { continue }
                try find(isAny ? rest : rest.dropFirst(), in: child, at: path.appending(name), walk: &walk)
            } else if rest.count == 1 {
                walk.found.insert(path.appending(name))
            }
        }
    }

    /// Matches one component in linear space and quadratic time at worst, with one place to come back to.
    package static func matches(_ name: [UInt8], _ pattern: [UInt8]) -> Bool {
        if name.first == UInt8(ascii: "."), pattern.first != UInt8(ascii: ".") { return false }
        var (at, position) = (0, 0)
        var star: (pattern: Int, name: Int)?
        while position < name.count {
            if at < pattern.count, pattern[at] == UInt8(ascii: "*") {
                star = (at, position)
                at += 1
            } else if at < pattern.count, let next = single(pattern, at, name[position]) {
                at = next
                position += 1
            } else if let back = star {
                star = (back.pattern, back.name + 1)
                (at, position) = (back.pattern + 1, back.name + 1)
            } else {
                return false
            }
        }
        return pattern[at...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    /// Where the pattern goes on when its next element takes the byte.
    private static func single(_ pattern: [UInt8], _ at: Int, _ byte: UInt8) -> Int? {
        switch pattern[at] {
        case UInt8(ascii: "?"): return at + 1
        case UInt8(ascii: "["):
            guard let set = ByteSet(pattern, at) else { return byte == pattern[at] ? at + 1 : nil }
            return set.contains(byte) ? set.end : nil
        default: return pattern[at] == byte ? at + 1 : nil
        }
    }

    /// `[abc]`, `[a-z]` or `[!a-z]`.
    private struct ByteSet {
        private var ranges: [ClosedRange<UInt8>] = []
        private var isNegated = false
        /// Index after the closing bracket.
        let end: Int

        /// Nil when the bracket is never closed; it then stands for itself.
        init?(_ pattern: [UInt8], _ start: Int) {
            var at = start + 1
            if at < pattern.count, pattern[at] == UInt8(ascii: "!") || pattern[at] == UInt8(ascii: "^") {
                isNegated = true
                at += 1
            }
            let first = at
            while at < pattern.count, pattern[at] != UInt8(ascii: "]") || at == first {
                if at + 2 < pattern.count, pattern[at + 1] == UInt8(ascii: "-"), pattern[at + 2] != UInt8(ascii: "]") {
                    if pattern[at] <= pattern[at + 2] { ranges.append(pattern[at]...pattern[at + 2]) }
                    at += 3
                } else {
                    ranges.append(pattern[at]...pattern[at])
                    at += 1
                }
            }
            guard at < pattern.count else { return nil }
            end = at + 1
        }

        func contains(_ byte: UInt8) -> Bool { ranges.contains { $0.contains(byte) } != isNegated }
    }
}
