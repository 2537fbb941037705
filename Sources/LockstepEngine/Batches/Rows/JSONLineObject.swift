internal import LockstepJSON
internal import LockstepModel

/// The members of one JSON object, with the places of their values; names that come twice are refused at any depth.
struct JSONLineObject {
    let members: [(name: String, value: JSONValue, offset: Int)]

    /// Nil for JSON that is no object; its kind is then given by ``JSONValue/kind``.
    enum Parsed {
        case object(JSONLineObject)
        case other(JSONValue)
    }

    static func parse(_ bytes: [UInt8]) throws(JSONSyntaxError) -> Parsed {
        var result = Result<Parsed, JSONSyntaxError>.failure(JSONSyntaxError("no text", at: 0))
        bytes.withUnsafeBufferPointer { bytes in
            result = Result { () throws(JSONSyntaxError) in
                var parser = JSONParser(bytes: bytes, builder: Builder(), maximumDepth: JSONValue.maximumDepth)
                let node = try parser.document().node
                guard case .object(let object) = node.value else { return .other(node.value) }
                return .object(
                    JSONLineObject(members: zip(object, node.places).map { ($0.name, $0.value, $1) })
                )
            }
        }
        return try result.get()
    }

    /// A value, and when it is an object the offsets of its members' values, in their order.
    private struct Node {
        let value: JSONValue
        let offset: Int
        var places: [Int] = []
    }

    private struct Builder: JSONBuilder {
        func scalar(_ value: JSONValue, at offset: Int) -> Node { Node(value: value, offset: offset) }

        func array(_ items: [Node], at offset: Int) -> Node {
            Node(value: .array(items.map(\.value)), offset: offset)
        }

        func object(_ members: [JSONMember<Node>], at offset: Int) throws(JSONSyntaxError) -> Node {
            var object = JSONObject()
            for member in members {
                guard !object.contains(member.name) else {
                    let name = JSONValue.string(member.name).shown
                    throw JSONSyntaxError("the name \(name) comes twice in one object", at: member.offset)
                }
                object[member.name] = member.value.value
            }
            return Node(value: .object(object), offset: offset, places: members.map(\.value.offset))
        }
    }
}
