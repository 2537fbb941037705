internal import LockstepJSON
internal import LockstepModel

/// Reads `inputBinding` and entries of `arguments`, and says what they put on the command line.
extension CWLImporter {
    /// Command items and where they stand among the others.
    struct Piece {
        var key: [CWLSortKey]
        var items: [JSONValue]
    }

    /// A value on its way to the command line.
    struct Term {
        /// With placeholders.
        var text: String
        var type: CWLType
        /// Whether there may be no value, so that nothing of it may stand there.
        var mayBeMissing: Bool
        /// The input that the value is, as a whole.
        var input: String?
    }

    mutating func binding(_ json: JSONValue, at place: JSONPointer) -> CWLBinding? {
        guard let object = json.objectValue else {
            if json != .null { refuse(place, "a binding must be an object; it is \(json.shown)") }
            return nil
        }
        checkKeys(
            object,
            ["position", "prefix", "separate", "itemSeparator", "valueFrom", "shellQuote"],
            "a binding",
            at: place
        )
        var binding = CWLBinding(place: place)
        if let position = object["position"], position != .null {
            if let whole = position.integerValue {
                binding.position = whole
            } else {
                refuse(place.appending("position"), "`position` must be a whole number; an expression is not carried")
            }
        }
        binding.prefix = text(object["prefix"], "prefix", at: place.appending("prefix")).flatMap {
            $0.isEmpty ? nil : $0
        }
        binding.isSeparate = object["separate"]?.boolValue ?? true
        binding.itemSeparator = text(object["itemSeparator"], "itemSeparator", at: place.appending("itemSeparator"))
        if binding.itemSeparator?.isEmpty == true { binding.itemSeparator = nil }
        binding.valueFrom = text(object["valueFrom"], "valueFrom", at: place.appending("valueFrom"))
        return binding
    }

    /// What an input, or a field of one, puts on the command line.
    ///
    /// - Parameters:
    ///   - key: Where the surrounding bindings stand.
    ///   - isOfInput: Whether the value is a whole input.
    mutating func pieces(
        of term: Term,
        named name: String,
        _ binding: CWLBinding?,
        after key: [CWLSortKey],
        at place: JSONPointer
    ) -> [Piece] {
        let own = binding.map { key + [.number($0.position), .text(name)] }
        if let binding, let own, let valueFrom = binding.valueFrom {
            let value = self.term(valueFrom, own: term, at: binding.place.appending("valueFrom"))
            return value.map { [Piece(key: own, items: items(of: $0, binding, at: binding.place))] } ?? []
        }
        if case .record(let fields) = term.type {
            var pieces: [Piece] = []
            if let binding, let own, let prefix = binding.prefix {
                if term.mayBeMissing {
                    refuse(
                        binding.place,
                        "a `prefix` before a record that may be missing is not carried; put it before the fields"
                    )
                }
                pieces.append(Piece(key: own, items: [.string(Template.escaped(prefix))]))
            }
            return pieces + self.pieces(ofFields: fields, of: term, after: own ?? key)
        }
        guard let binding, let own else {
            // A binding of a list's items is used even where the list has none itself.
            guard case .array(_, itemBinding: let itemBinding?) = term.type else {
                if case .array(let item, itemBinding: nil) = term.type, item.hasBindings {
                    refuse(
                        place,
                        "the list `\(name)` needs an `inputBinding` of its own, because its items have bindings"
                    )
                }
                return []
            }
            let key = key + [.number(itemBinding.position), .text(name)]
            return [
                Piece(key: key, items: items(of: term, CWLBinding(place: itemBinding.place), at: itemBinding.place))
            ]
        }
        return [Piece(key: own, items: items(of: term, binding, at: binding.place))]
    }

    /// The parts of a record's fields; those of a record that may be missing may all be missing.
    private mutating func pieces(ofFields fields: [CWLField], of record: Term, after key: [CWLSortKey]) -> [Piece] {
        let base = record.text.dropFirst(2).dropLast()
        var pieces: [Piece] = []
        for field in fields {
            let term = Term(
                text: "${\(base).\(field.name)}",
                type: field.type,
                mayBeMissing: record.mayBeMissing || field.isOptional
            )
            pieces += self.pieces(of: term, named: field.name, field.binding, after: key, at: field.place)
        }
        return pieces
    }

    /// What a value and a binding put on the command line.
    mutating func items(of term: Term, _ binding: CWLBinding, at place: JSONPointer) -> [JSONValue] {
        switch term.type {
        case .boolean:
            // True adds the prefix, false and nothing add nothing.
            return binding.prefix.map { [.array([.string(Template.escaped($0)), .string(term.text)])] } ?? []
        case .integer, .number, .string, .enumeration, .file, .scalars:
            return words(term, binding, mayBeMissing: term.mayBeMissing)
        case .record:
            refuse(place, "a record cannot stand on the command line by itself; bind its fields")
            return []
        case .array(let item, let itemBinding):
            return items(ofList: term, of: item, binding, itemBinding, at: place)
        }
    }

    private mutating func words(_ term: Term, _ binding: CWLBinding, mayBeMissing: Bool) -> [JSONValue] {
        guard let prefix = binding.prefix.map(Template.escaped) else {
            let isWhole = Template(parsing: term.text)?.solePlaceholder != nil
            return mayBeMissing && !isWhole ? [.array([.string(term.text)])] : [.string(term.text)]
        }
        if !binding.isSeparate, prefix.hasSuffix("$") {
            refuse(binding.place, "a prefix that ends in `$` right before a value cannot be written in a tool file")
        }
        let words: [JSONValue] =
            binding.isSeparate ? [.string(prefix), .string(term.text)] : [.string(prefix + term.text)]
        return mayBeMissing ? [.array(words)] : words
    }

    private mutating func items(
        ofList term: Term,
        of item: CWLType,
        _ binding: CWLBinding,
        _ itemBinding: CWLBinding?,
        at place: JSONPointer
    ) -> [JSONValue] {
        let over = String(term.text.dropFirst(2).dropLast())
        if let separator = binding.itemSeparator {
            guard item.isText || item == .file else {
                refuse(
                    place.appending("itemSeparator"),
                    "`itemSeparator` is carried for lists of texts, numbers and files only"
                )
                return []
            }
            guard let input = term.input else {
                refuse(
                    place.appending("itemSeparator"),
                    "`itemSeparator` for a list inside a record is not carried; make it an input of its own"
                )
                return []
            }
            note(separator, of: input, at: place)
            // An empty list adds nothing, not even the prefix.
            return words(term, binding, mayBeMissing: true)
        }
        if let input = term.input { note(nil, of: input, at: place) }
        let isPlain = itemBinding.map { $0.prefix == nil && $0.itemSeparator == nil && $0.valueFrom == nil } ?? true
        if isPlain, item.isText || item == .file {
            guard let prefix = binding.prefix.map(Template.escaped) else { return [.string(term.text)] }
            // Without a separator the prefix is always an argument of its own.
            return [.array([.string(prefix), .string(term.text)])]
        }
        guard term.input != nil else {
            refuse(place, "a list of \(item.shown) items inside a record is not carried; make it an input of its own")
            return []
        }
        if let prefix = binding.prefix {
            refuse(
                place.appending("prefix"),
                "a `prefix` (\(prefix)) before a list whose items have bindings of their own is not carried"
            )
            return []
        }
        return repeated(over, item, itemBinding, at: place)
    }

    /// One part for each item of a list.
    private mutating func repeated(
        _ over: String,
        _ item: CWLType,
        _ binding: CWLBinding?,
        at place: JSONPointer
    ) -> [JSONValue] {
        let term = Term(text: "${\(over)}", type: item, mayBeMissing: false)
        if case .array = item {
            refuse(place, "a list of lists on the command line is not carried")
            return []
        }
        if item == .boolean, binding?.prefix == nil { return [] }
        if let valueFrom = binding?.valueFrom {
            refuse(place, "`valueFrom` (\(valueFrom)) of the items of a list is not carried")
            return []
        }
        let pieces = self.pieces(of: term, named: "", binding ?? CWLBinding(place: place), after: [], at: place)
        let items = pieces.sorted { $0.key.lexicographicallyPrecedes($1.key) }.flatMap(\.items)
        return items.isEmpty ? [] : [["repeat": .array(items), "over": .string(over)]]
    }

    /// Remembers how a list is joined; a parameter can be joined in one way only.
    private mutating func note(_ separator: String?, of input: String, at place: JSONPointer) {
        if let earlier = separators[input], earlier != separator {
            refuse(
                place,
                "the list `\(input)` stands on the command line twice, joined in different ways; this is not carried"
            )
        }
        separators[input] = .some(separator)
    }
}
