/// All forms of some secrets as one automaton, after Aho and Corasick: each byte of a text is looked at once.
///
/// States are numbered breadth first, so those in which a search nearly always is come first: they have a whole row of
/// successors each. The others have a list of children and a state to fall back to, so that memory grows with the secrets
/// and not with 256 times as much. It describes itself as nothing.
package struct SecretPatterns: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Successors of the first states, 256 each; a line break leads to the state itself.
    let rows: [Int32]
    /// How many states have a row; nothing is ever found in them.
    let rowCount: Int32
    /// The byte that leads to a state.
    private let bytes: [UInt8]
    /// The children of a state are those from its entry to that of the next.
    private let firstChild: [Int32]
    private let fallback: [Int32]
    /// How many bytes the way to a state has.
    let depth: [Int32]
    /// The length of the longest form that ends in a state; 0 when none does.
    let found: [Int32]
    /// The lengths of the longest and of the shortest form.
    let longest: Int
    let shortest: Int

    private static let rowLimit = 512

    /// - Returns: Nil when there is nothing to look for.
    package init?(_ secrets: [[UInt8]]) {
        let forms = secrets.reduce(into: Set<[UInt8]>()) { $0.formUnion(SecretForms.all(of: $1)) }
        guard let longest = forms.map(\.count).max(), let shortest = forms.map(\.count).min() else { return nil }
        self.longest = longest
        self.shortest = shortest
        let trie = PrefixTree(forms.map { $0.map(Self.fold) }.sorted { $0.lexicographicallyPrecedes($1) })
        (bytes, firstChild, depth) = (trie.bytes, trie.firstChild, trie.depth)
        var fallback = [Int32](repeating: 0, count: trie.count)
        var found = trie.ends
        func step(_ state: Int32, _ byte: UInt8) -> Int32 {
            var state = state
            while true {
                if let child = trie.child(of: state, byte) { return child }
                if state == 0 { return 0 }
                state = fallback[Int(state)]
            }
        }
        for state in 0..<Int32(trie.count) {
            for child in trie.children(of: state) {
                if state > 0 { fallback[Int(child)] = step(fallback[Int(state)], trie.bytes[Int(child)]) }
                if found[Int(child)] == 0 { found[Int(child)] = found[Int(fallback[Int(child)])] }
            }
        }
        // Forms have four bytes or more, so none ends at a depth of two.
        let shallow = trie.depth.prefix(Self.rowLimit).prefix { $0 <= 2 }.count
        var rows = [Int32](repeating: 0, count: shallow << 8)
        for state in 0..<shallow {
            for byte in UInt8.min...UInt8.max {
                rows[state << 8 | Int(byte)] =
                    Self.isLineBreak(byte) ? Int32(state) : step(Int32(state), Self.fold(byte))
            }
        }
        (self.rows, rowCount, self.fallback, self.found) = (rows, Int32(shallow), fallback, found)
    }

    /// The state after a byte that is no line break.
    func next(_ state: Int32, _ byte: UInt8) -> Int32 {
        let byte = Self.fold(byte)
        var state = state
        while true {
            if state < rowCount { return rows[Int(state) << 8 | Int(byte)] }
            for child in firstChild[Int(state)]..<firstChild[Int(state) + 1] where bytes[Int(child)] == byte {
                return child
            }
            state = fallback[Int(state)]
        }
    }

    static func isLineBreak(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }

    /// The byte that stands for all those that count as the same.
    static func fold(_ byte: UInt8) -> UInt8 {
        switch byte {
        case 0x41...0x5A: byte | 0x20
        case UInt8(ascii: "-"): UInt8(ascii: "+")
        case UInt8(ascii: "_"): UInt8(ascii: "/")
        default: byte
        }
    }

    package var description: String { "patterns of secrets" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Texts that share their beginnings, as a tree whose nodes are numbered breadth first; 0 is the root.
private struct PrefixTree {
    private(set) var bytes: [UInt8] = [0]
    /// Has one entry more than there are nodes.
    private(set) var firstChild: [Int32] = []
    private(set) var depth: [Int32] = [0]
    /// The length of the text that ends in a node; 0 when none does.
    private(set) var ends: [Int32] = [0]

    var count: Int { bytes.count }

    /// - Parameter texts: Sorted, none of them empty.
    init(_ texts: [[UInt8]]) {
        // The texts below each node stand together, because they are sorted.
        var ranges = [texts.indices]
        var node = 0
        while node < ranges.count {
            firstChild.append(Int32(ranges.count))
            let place = Int(depth[node])
            var start = ranges[node].lowerBound
            while start < ranges[node].upperBound {
                guard texts[start].count > place else {
                    start += 1
                    continue
                }
                let byte = texts[start][place]
                var end = start + 1
                while end < ranges[node].upperBound, texts[end][place] == byte { end += 1 }
                ranges.append(start..<end)
                bytes.append(byte)
                depth.append(Int32(place + 1))
                ends.append(texts[start].count == place + 1 ? Int32(place + 1) : 0)
                start = end
            }
            node += 1
        }
        firstChild.append(Int32(ranges.count))
    }

    func children(of node: Int32) -> Range<Int32> { firstChild[Int(node)]..<firstChild[Int(node) + 1] }

    func child(of node: Int32, _ byte: UInt8) -> Int32? { children(of: node).first { bytes[Int($0)] == byte } }
}
