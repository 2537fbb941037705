internal import OrderedCollections

/// The members of a JSON object in the order they were written, each name once.
package struct JSONObject: Sendable {
    private var members: OrderedDictionary<JSONKey, JSONValue>

    package init() {
        members = [:]
    }

    /// Builds an object from pairs; a later pair replaces an earlier one of the same name and keeps its place.
    package init(_ pairs: some Sequence<(String, JSONValue)>) {
        members = [:]
        for (name, value) in pairs { members[JSONKey(name)] = value }
    }

    /// An object without members that has room for some.
    package init(minimumCapacity: Int) {
        members = OrderedDictionary(minimumCapacity: minimumCapacity)
    }

    package var count: Int { members.count }
    package var isEmpty: Bool { members.isEmpty }
    package var names: [String] { members.keys.map(\.name) }

    package subscript(name: String) -> JSONValue? {
        get { members[JSONKey(name)] }
        set { members[JSONKey(name)] = newValue }
    }

    package func contains(_ name: String) -> Bool { members.keys.contains(JSONKey(name)) }

    /// Adds a member unless there is one of its name.
    package mutating func add(_ name: String, _ value: JSONValue) {
        let key = JSONKey(name)
        if let earlier = members.updateValue(value, forKey: key) { members[key] = earlier }
    }
}

extension JSONObject: Sequence {
    package func makeIterator() -> some IteratorProtocol<(name: String, value: JSONValue)> {
        members.lazy.map { (name: $0.key.name, value: $0.value) }.makeIterator()
    }
}

extension JSONObject: Hashable {
    /// Two objects are equal when they have the same members, in any order.
    package static func == (one: JSONObject, other: JSONObject) -> Bool {
        one.members.count == other.members.count && one.members.allSatisfy { other.members[$0.key] == $0.value }
    }

    package func hash(into hasher: inout Hasher) {
        var sum = 0
        for (key, value) in members {
            var member = Hasher()
            member.combine(key)
            member.combine(value)
            sum &+= member.finalize()
        }
        hasher.combine(sum)
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral pairs: (String, JSONValue)...) {
        self.init(pairs)
    }
}
