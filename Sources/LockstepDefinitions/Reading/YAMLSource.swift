internal import LockstepJSON

/// Reads YAML by the 1.2 core rules into nodes with positions.
///
/// Duplicate keys, merge keys, foreign tags and refused scalars are findings and reading goes on; broken syntax, too much
/// nesting and too many aliases end it.
struct YAMLSource: ~Copyable {
    private let text: SourceText
    private var events: YAMLEvents
    private var findings: [Finding] = []
    private var anchors: [String: Part] = [:]
    private var aliasedNodes = 0

    /// Nodes that all aliases of a file together may stand for.
    static let maximumAliasedNodes = 10_000

    /// A node with what an alias to it would cost.
    private struct Part {
        let node: SourceNode
        let size: Int
        let height: Int
    }

    static func read(_ text: SourceText) -> (root: SourceNode?, findings: [Finding]) {
        text.bytes.withUnsafeBufferPointer { bytes in
            var source = YAMLSource(text: text, events: YAMLEvents(bytes))
            do throws(YAMLFailure) {
                let root = try source.document()
                return (root, source.findings.sorted())
            } catch {
                return (nil, (source.findings + [text.finding(at: error.position, error.message)]).sorted())
            }
        }
    }

    private init(text: SourceText, events: consuming YAMLEvents) {
        self.text = text
        self.events = events
    }

    private mutating func document() throws(YAMLFailure) -> SourceNode {
        _ = try events.next()
        let start = try events.next()
        guard case .documentStart = start.kind else {
            throw YAMLFailure(
                position: TextPosition(line: 1, column: 1),
                message: "the file holds nothing but comments"
            )
        }
        let root = try part(try events.next(), depth: 0).node
        _ = try events.next()
        let end = try events.next()
        guard case .streamEnd = end.kind else {
            let message = "a second document begins here; a file holds one definition"
            throw YAMLFailure(position: end.position, message: message)
        }
        return root
    }

    private mutating func part(_ event: YAMLEvent, depth: Int) throws(YAMLFailure) -> Part {
        switch event.kind {
        case .alias(let name): return try aliased(name, at: event.position, depth: depth)
        case .scalar(let string, let isPlain, let tag, let anchor):
            let value = value(of: string, isPlain: isPlain, tag: tag, at: event.position)
            return keep(Part(node: SourceNode(.scalar(value), at: event.position), size: 1, height: 0), as: anchor)
        case .sequenceStart(let tag, let anchor):
            check(tag, against: "seq", "list", at: event.position)
            return keep(try sequence(at: event.position, depth: depth), as: anchor)
        case .mappingStart(let tag, let anchor):
            check(tag, against: "map", "mapping", at: event.position)
            return keep(try mapping(at: event.position, depth: depth), as: anchor)
        case .streamStart, .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd:
            throw YAMLFailure(position: event.position, message: "a value is expected here")
        }
    }

    private mutating func keep(_ part: Part, as anchor: String?) -> Part {
        if let anchor { anchors[anchor] = part }
        return part
    }

    private func enter(_ depth: Int, at position: TextPosition) throws(YAMLFailure) {
        guard depth <= SourceDocument.maximumDepth else {
            let message = "values are nested deeper than \(SourceDocument.maximumDepth) levels"
            throw YAMLFailure(position: position, message: message)
        }
    }

    private mutating func sequence(at position: TextPosition, depth: Int) throws(YAMLFailure) -> Part {
        try enter(depth + 1, at: position)
        var items: [SourceNode] = []
        var (size, height) = (1, 0)
        while true {
            let event = try events.next()
            if case .sequenceEnd = event.kind { break }
            let item = try part(event, depth: depth + 1)
            items.append(item.node)
            size += item.size
            height = max(height, item.height)
        }
        return Part(node: SourceNode(.array(items), at: position), size: size, height: height + 1)
    }

    private mutating func mapping(at position: TextPosition, depth: Int) throws(YAMLFailure) -> Part {
        try enter(depth + 1, at: position)
        var members: [SourceMember] = []
        var seen = MemberNames()
        var (size, height) = (1, 0)
        while true {
            let event = try events.next()
            if case .mappingEnd = event.kind { break }
            let name = try self.name(event, depth: depth + 1)
            let value = try part(try events.next(), depth: depth + 1)
            size += value.size
            height = max(height, value.height)
            guard let name else { continue }
            if let first = seen.first(JSONKey(name), among: members) {
                findings.append(text.duplicate(name, at: event.position, first: first))
            }
            members.append(SourceMember(name: name, at: event.position, value: value.node))
        }
        return Part(node: SourceNode(.object(members), at: position), size: size, height: height + 1)
    }

    /// The name of a member: the text of a scalar as it is written. Nil for what is no name, which is a finding.
    private mutating func name(_ event: YAMLEvent, depth: Int) throws(YAMLFailure) -> String? {
        switch event.kind {
        case .scalar("<<", isPlain: true, tag: _, anchor: _):
            note(event.position, "merge keys (`<<`) are not part of YAML 1.2; write the members out")
            return nil
        case .scalar(let name, isPlain: _, tag: _, let anchor):
            _ = keep(Part(node: SourceNode(.scalar(.string(name)), at: event.position), size: 1, height: 0), as: anchor)
            return name
        case .alias(let name):
            let part = try aliased(name, at: event.position, depth: depth)
            if case .scalar(let value) = part.node.content, let name = value.stringValue { return name }
        default: _ = try part(event, depth: depth)
        }
        note(event.position, "a key must be a plain name, not a list or a mapping")
        return nil
    }

    private mutating func aliased(_ name: String, at position: TextPosition, depth: Int) throws(YAMLFailure) -> Part {
        guard let part = anchors[name] else {
            note(position, "`*\(name)` refers to no anchor `&\(name)` before it")
            return Part(node: SourceNode(.scalar(.null), at: position), size: 1, height: 0)
        }
        aliasedNodes += part.size
        guard aliasedNodes <= Self.maximumAliasedNodes else {
            let message =
                "aliases stand for more than \(Self.maximumAliasedNodes) values; write the definition without them"
            throw YAMLFailure(position: position, message: message)
        }
        try enter(depth + part.height, at: position)
        return Part(node: SourceNode(part.node.content, at: position), size: part.size, height: part.height)
    }

    private mutating func note(_ position: TextPosition, _ message: String) {
        findings.append(text.finding(at: position, message))
    }
}

/// Finds the first member of a name among those read so far; a table is only made of many.
private struct MemberNames {
    private var positions: [JSONKey: TextPosition] = [:]
    /// Of the members, so many are in the table.
    private var count = 0

    mutating func first(_ name: JSONKey, among members: [SourceMember]) -> TextPosition? {
        if members.count <= 16 { return members.first { JSONKey($0.name) == name }?.position }
        for member in members[count...] where positions[JSONKey(member.name)] == nil {
            positions[JSONKey(member.name)] = member.position
        }
        count = members.count
        return positions[name]
    }
}

// MARK: - Tags

extension YAMLSource {
    private static let prefix = "tag:yaml.org,2002:"

    private mutating func value(of string: String, isPlain: Bool, tag: String?, at position: TextPosition) -> JSONValue
    {
        do throws(YAMLScalar.Failure) {
            guard let tag else { return isPlain ? try YAMLScalar.value(ofPlain: string) : .string(string) }
            guard tag.hasPrefix(Self.prefix), tag != "!" else {
                if tag != "!" { refuse(tag, at: position) }
                return .string(string)
            }
            switch tag.dropFirst(Self.prefix.count) {
            case "str": return .string(string)
            case "null", "bool", "int", "float":
                let value = try YAMLScalar.value(ofPlain: string)
                if Self.type(of: value).contains(tag.dropFirst(Self.prefix.count)) { return value }
                note(
                    position,
                    "\(JSONValue.string(string)) is not what its tag `!!\(tag.dropFirst(Self.prefix.count))` says"
                )
                return .string(string)
            default:
                refuse(tag, at: position)
                return .string(string)
            }
        } catch {
            note(position, error.message)
            return .string(string)
        }
    }

    private static func type(of value: JSONValue) -> [Substring] {
        switch value {
        case .null: ["null"]
        case .bool: ["bool"]
        case .integer: ["int", "float"]
        case .number: ["float"]
        default: []
        }
    }

    private mutating func check(_ tag: String?, against kind: String, _ name: String, at position: TextPosition) {
        guard let tag, tag != "!", tag != Self.prefix + kind else { return }
        refuse(tag, at: position)
    }

    private mutating func refuse(_ tag: String, at position: TextPosition) {
        let shown = tag.hasPrefix(Self.prefix) ? "!!" + tag.dropFirst(Self.prefix.count) : tag
        note(position, "the tag `\(shown)` is not part of the YAML core rules")
    }
}
