/// Finds references that lead back to their own schema without a step into the value.
///
/// Such a schema would be checked against the same value for ever. A reference below `properties` or `items` may well lead
/// back: each round is one level deeper in the value, which ends.
struct SchemaLoopSearch {
    private let targets: [SchemaNode?]
    private var states: [ObjectIdentifier: State] = [:]
    private var found: Set<Int> = []

    private enum State {
        case open
        case done
    }

    private struct Frame {
        let node: SchemaNode
        /// The reference that led here.
        let reference: Int?
        /// Schemas that see the same value, with the number of the reference that leads there.
        var next: [(node: SchemaNode, reference: Int?)]
    }

    private init(targets: [SchemaNode?]) {
        self.targets = targets
    }

    /// Takes away references until there is no circle left; gives the numbers of those that closed one.
    static func cut(_ targets: inout [SchemaNode?], among nodes: [SchemaNode]) -> [Int] {
        var all: [Int] = []
        // One round does for nearly all; what is left after ten is a schema that is refused anyway.
        for _ in 0..<10 {
            var search = SchemaLoopSearch(targets: targets)
            for node in nodes.reversed() where search.states[ObjectIdentifier(node)] == nil {
                search.search(from: node)
            }
            if search.found.isEmpty { return all }
            for number in search.found.sorted() { targets[number] = nil }
            all += search.found.sorted()
        }
        targets = targets.map { _ in nil }
        return all
    }

    /// Depth first with a stack of its own, since a chain of references may be long.
    private mutating func search(from start: SchemaNode) {
        var stack = [frame(of: start, reference: nil)]
        while let top = stack.last {
            guard let (node, reference) = stack[stack.count - 1].next.popLast() else {
                states[ObjectIdentifier(top.node)] = .done
                stack.removeLast()
                continue
            }
            switch states[ObjectIdentifier(node)] {
            case .done: break
            case .open:
                // Where a schema leads back into the one that it stands in, some reference on the way led out of that one.
                let way = stack.reversed().prefix { $0.node !== node }
                if let culprit = reference ?? way.lazy.compactMap(\.reference).first { found.insert(culprit) }
            case nil: stack.append(frame(of: node, reference: reference))
            }
        }
    }

    private mutating func frame(of node: SchemaNode, reference: Int?) -> Frame {
        states[ObjectIdentifier(node)] = .open
        let rules = node.rules
        var next: [(node: SchemaNode, reference: Int?)] = []
        for list in [rules.allOf, rules.anyOf, rules.oneOf] { next += list.map { ($0, nil) } }
        for node in [rules.not, rules.condition, rules.then, rules.otherwise] {
            if let node { next.append((node, nil)) }
        }
        next += rules.dependentSchemas.entries.map { ($0.value, nil) }
        if let reference = rules.reference, let target = targets[reference] { next.append((target, reference)) }
        return Frame(node: node, reference: reference, next: next)
    }
}
