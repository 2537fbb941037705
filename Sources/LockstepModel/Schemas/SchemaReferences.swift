internal import LockstepJSON

/// Where the `$ref`s of one document lead.
///
/// They are collected while the schemas are read and resolved at the end, because they may lead forward.
struct SchemaReferences {
    /// What relative references mean here: the nearest `$id` above, or nothing.
    var base = URIReference.empty

    private struct Slot {
        let text: String
        let document: URIReference
        /// Without percent escapes.
        let fragment: String
        let pointer: JSONPointer
    }

    private let root: JSONPointer
    private var slots: [Slot] = []
    private var nodes: [(pointer: JSONPointer, node: SchemaNode)] = []
    /// The places of the schemas that have an `$id`, and of the root.
    private var documents: [String: JSONPointer]
    private var anchors: [String: JSONPointer] = [:]

    init(root: JSONPointer) {
        self.root = root
        documents = ["": root]
    }

    mutating func add(_ node: SchemaNode, at pointer: JSONPointer) {
        nodes.append((pointer, node))
    }

    /// The number of a new reference; nil when the text is none.
    mutating func slot(for text: String, at pointer: JSONPointer) -> Int? {
        let reference: URIReference
        let fragment: String
        if text.hasPrefix("#") {
            // Names under `$defs` are often written as they are, with characters that a URI would escape.
            reference = base
            fragment = String(text.dropFirst())
        } else {
            guard let parsed = URIReference(text) else { return nil }
            reference = parsed.resolved(against: base).withoutFragment
            fragment = parsed.fragment ?? ""
        }
        guard let decoded = URIReference.decodingPercent(fragment) else { return nil }
        slots.append(Slot(text: text, document: reference, fragment: decoded, pointer: pointer))
        return slots.count - 1
    }

    /// Begins a schema with an `$id`; false when another one has it.
    mutating func enter(_ id: URIReference, at pointer: JSONPointer) -> Bool {
        base = id.resolved(against: base)
        return documents.updateValue(pointer, forKey: base.description) == nil
    }

    /// False when another schema has the anchor.
    mutating func addAnchor(_ name: String, at pointer: JSONPointer) -> Bool {
        anchors.updateValue(pointer, forKey: "\(base)#\(name)") == nil
    }

    /// The schemas that the references lead to, by number; nil for those that lead nowhere or round in a circle.
    func targets(problems: inout [SyntaxProblem]) -> [SchemaNode?] {
        guard !slots.isEmpty else { return [] }
        // Byte for byte: names that differ in the encoding of an accent are two.
        let places = Dictionary(nodes.map { (JSONKey($0.pointer.description), $0.node) }, uniquingKeysWith: { $1 })
        var targets: [SchemaNode?] = slots.map { slot in
            guard let document = documents[slot.document.description] else {
                let message =
                    "`\(slot.text)` is not part of this schema, and nothing is ever fetched; "
                    + "copy it under `$defs` and write `#/$defs/name`"
                problems.append(SyntaxProblem(pointer: slot.pointer, message: message))
                return nil
            }
            let place = place(slot.fragment, in: document, slot.document)
            if let node = place.flatMap({ places[JSONKey($0.description)] }) { return node }
            let nearest = nearest(to: slot.text)
            let hint = nearest.map { "; did you mean `\($0)`?" } ?? ""
            let message = "there is no schema at `\(slot.text)`\(hint)"
            problems.append(SyntaxProblem(pointer: slot.pointer, message: message, suggestion: nearest))
            return nil
        }
        for number in SchemaLoopSearch.cut(&targets, among: nodes.map(\.node)) {
            let message =
                "`\(slots[number].text)` leads back to this schema without going into the value, so checking would never end"
            problems.append(SyntaxProblem(pointer: slots[number].pointer, message: message))
        }
        return targets
    }

    private func place(_ fragment: String, in document: JSONPointer, _ uri: URIReference) -> JSONPointer? {
        if fragment.isEmpty { return document }
        guard fragment.hasPrefix("/") else { return anchors["\(uri)#\(fragment)"] }
        return JSONPointer(parsing: fragment).map { JSONPointer(document.tokens + $0.tokens) }
    }

    private func nearest(to text: String) -> String? {
        guard text.hasPrefix("#"), nodes.count <= 1000 else { return nil }
        return EditDistance.nearest(
            to: text,
            among: nodes.map { "#" + JSONPointer(Array($0.pointer.tokens.dropFirst(root.tokens.count))).description }
        )
    }
}
