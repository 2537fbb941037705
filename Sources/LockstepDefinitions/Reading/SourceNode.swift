package import LockstepJSON

/// A value of a definition file that remembers where it stood.
package struct SourceNode: Sendable {
    package enum Content: Sendable {
        case scalar(JSONValue)
        case array([SourceNode])
        case object([SourceMember])
    }

    package let content: Content
    package let position: TextPosition

    package init(_ content: Content, at position: TextPosition) {
        self.content = content
        self.position = position
    }

    /// The plain value; of members with one name the first counts.
    package var json: JSONValue {
        switch content {
        case .scalar(let value): return value
        case .array(let items): return .array(items.map(\.json))
        case .object(let members):
            var object = JSONObject(minimumCapacity: members.count)
            for member in members { object.add(member.name, member.value.json) }
            return .object(object)
        }
    }

    /// Where the value at a pointer stands, or its name; where the document does not go so far, the deepest place it has.
    package func position(of pointer: JSONPointer, name: Bool = false) -> TextPosition {
        var node = self
        for (depth, token) in pointer.tokens.enumerated() {
            switch node.content {
            case .object(let members):
                guard let member = members.first(where: { JSONKey($0.name) == JSONKey(token) }) else {
                    return node.position
                }
                if name, depth == pointer.tokens.count - 1 { return member.position }
                node = member.value
            case .array(let items):
                guard let index = Int(token), items.indices.contains(index) else { return node.position }
                node = items[index]
            case .scalar: return node.position
            }
        }
        return node.position
    }
}

/// One member of an object of a definition file.
package struct SourceMember: Sendable {
    package let name: String
    package let position: TextPosition
    package let value: SourceNode

    package init(name: String, at position: TextPosition, value: SourceNode) {
        self.name = name
        self.position = position
        self.value = value
    }
}
