internal import LockstepJSON
internal import LockstepModel

/// Reads types, with everything that stands for a type in short.
extension CWLImporter {
    /// A type and whether a value may be missing.
    struct OptionalType {
        var type: CWLType
        var isOptional: Bool
    }

    /// - Returns: Nil after noting why values of this type cannot be carried.
    mutating func type(_ json: JSONValue, at place: JSONPointer) -> OptionalType? {
        switch json {
        case .string(let name): return type(named: name, at: place)
        case .array(let items): return union(items, at: place)
        case .object(let object): return type(object, at: place).map { OptionalType(type: $0, isOptional: false) }
        default:
            refuse(place, "a type is a name, a list of types or an object; it is \(json.shown)")
            return nil
        }
    }

    private mutating func type(named name: String, at place: JSONPointer) -> OptionalType? {
        guard name.utf8.count <= 100 else {
            refuse(place, "no type has a name as long as this")
            return nil
        }
        if name.hasSuffix("?") {
            guard let inner = type(named: String(name.dropLast()), at: place) else { return nil }
            return OptionalType(type: inner.type, isOptional: true)
        }
        if name.hasSuffix("[]") {
            guard let item = type(named: String(name.dropLast(2)), at: place) else { return nil }
            return OptionalType(type: .array(item.type, itemBinding: nil), isOptional: false)
        }
        let type: CWLType
        switch name {
        case "boolean": type = .boolean
        case "int", "long": type = .integer
        case "float", "double": type = .number
        case "string": type = .string
        case "File": type = .file
        case "Directory":
            refuse(
                place,
                "the type `Directory` is not carried for an input, because a step takes files; take a tar archive as a File"
            )
            return nil
        case "Any":
            refuse(
                place,
                "the type `Any` is not carried, because it does not say how a value stands on the command line"
            )
            return nil
        case "null":
            refuse(place, "the type `null` alone allows no value")
            return nil
        default:
            let known = ["boolean", "int", "long", "float", "double", "string", "File"]
            let nearest = EditDistance.nearest(to: name, among: known)
            let hint = nearest.map { "did you mean `\($0)`?" } ?? "types that a document defines itself are not carried"
            refuse(place, "the type `\(name)` is not known; \(hint)")
            return nil
        }
        return OptionalType(type: type, isOptional: false)
    }

    private mutating func union(_ items: [JSONValue], at place: JSONPointer) -> OptionalType? {
        var types: [CWLType] = []
        var isOptional = false
        var isComplete = true
        for (index, item) in items.enumerated() {
            if item.stringValue == "null" || item == .null {
                isOptional = true
            } else if let inner = type(item, at: place.appending(index)) {
                isOptional = isOptional || inner.isOptional
                types.append(inner.type)
            } else {
                isComplete = false
            }
        }
        guard isComplete else { return nil }
        if types.count == 1 { return OptionalType(type: types[0], isOptional: isOptional) }
        let isSimple = types.allSatisfy { if case .enumeration = $0 { false } else { $0.isText } }
        guard isSimple, !types.isEmpty else {
            refuse(
                place,
                "a choice between \(types.map(\.shown).joined(separator: " and ")) is not carried; only between texts and numbers"
            )
            return nil
        }
        return OptionalType(type: .scalars(types), isOptional: isOptional)
    }

    private mutating func type(_ object: JSONObject, at place: JSONPointer) -> CWLType? {
        switch object["type"]?.stringValue {
        case "array":
            let itemBinding = object["inputBinding"].flatMap { binding($0, at: place.appending("inputBinding")) }
            guard let items = object["items"] else {
                refuse(place, "a list type needs `items`")
                return nil
            }
            guard let item = type(items, at: place.appending("items")) else { return nil }
            if item.isOptional {
                refuse(place.appending("items"), "a list whose items may be null is not carried")
                return nil
            }
            return .array(item.type, itemBinding: itemBinding)
        case "enum":
            let symbols = (object["symbols"]?.arrayValue ?? []).compactMap(\.stringValue)
            if symbols.isEmpty { refuse(place, "an enum type needs `symbols`") }
            // In a document that a program wrote, a symbol is a whole address.
            let names = symbols.map { $0.contains("#") ? String($0.split { "#/".contains($0) }.last ?? "") : $0 }
            return symbols.isEmpty ? nil : .enumeration(names)
        case "record": return record(object, at: place)
        case nil:
            refuse(place, "a type needs `type`")
            return nil
        case let name?:
            // `{type: File}` means the same as `File`.
            guard let inner = type(named: name, at: place.appending("type")) else { return nil }
            return inner.type
        }
    }

    private mutating func record(_ object: JSONObject, at place: JSONPointer) -> CWLType? {
        guard let list = object["fields"] else {
            refuse(place, "a record type needs `fields`")
            return nil
        }
        var fields: [CWLField] = []
        for entry in entries(list, name: "name", at: place.appending("fields")) {
            let body = entry.body ?? ["type": entry.value]
            guard let json = body["type"] else {
                refuse(entry.place, "the field `\(entry.name)` has no type")
                continue
            }
            let typePlace = entry.body == nil ? entry.place : entry.place.appending("type")
            checkKeys(body, ["name", "type", "doc", "label", "inputBinding"], "a field of a record", at: entry.place)
            guard let type = type(json, at: typePlace) else { continue }
            if !DefinitionName.isValid(entry.name) || entry.name.contains(".") {
                refuse(entry.place, "the field `\(entry.name)` cannot have a placeholder; call it something simpler")
            }
            if type.type.holdsFiles {
                refuse(typePlace, "a File inside a record is not carried; make it an input of its own")
                continue
            }
            let binding = body["inputBinding"].flatMap { self.binding($0, at: entry.place.appending("inputBinding")) }
            fields.append(
                CWLField(
                    name: entry.name,
                    type: type.type,
                    isOptional: type.isOptional,
                    binding: binding,
                    place: entry.place
                )
            )
        }
        return .record(fields)
    }

    // MARK: - Lists that may be maps

    /// One entry of a list or a map.
    struct Entry {
        let name: String
        let value: JSONValue
        /// The value when it is an object.
        let body: JSONObject?
        let place: JSONPointer
    }

    /// The entries of a list of objects with a name in each, or of a map from names; names lose the document's part.
    mutating func entries(_ json: JSONValue?, name key: String, at place: JSONPointer) -> [Entry] {
        switch json {
        case nil, .null?: return []
        case .object(let object)?:
            return object.map {
                Entry(name: $0.name, value: $0.value, body: $0.value.objectValue, place: place.appending($0.name))
            }
        case .array(let items)?:
            return items.enumerated().compactMap { index, item in
                let place = place.appending(index)
                guard let body = item.objectValue, let name = body[key]?.stringValue else {
                    refuse(place, "each item needs `\(key)`")
                    return nil
                }
                let short = name.split { "#/".contains($0) }.last.map(String.init) ?? name
                return Entry(name: short, value: item, body: body, place: place)
            }
        case let other?:
            refuse(place, "this must be a list or an object; it is \(other.shown)")
            return []
        }
    }

    /// Refuses fields that are not carried, by their names.
    mutating func checkKeys(_ body: JSONObject, _ known: Set<String>, _ noun: String, at place: JSONPointer) {
        for name in body.names where !known.contains(name) && !name.contains(":") {
            let value = body[name]
            if value == .null || value == false || value == .array([]) { continue }
            refuseName(place.appending(name), "`\(name)` of \(noun) is not carried\(Self.remedies[name] ?? "")")
        }
    }

    private static let remedies = [
        "secondaryFiles":
            ", because a step sees only the files that it is given; take each of them as an input of its own",
        "loadContents": ", except for an output whose `outputEval` is `$(self[0].contents)`",
        "loadListing": ", because a step sees no folders that it did not make",
    ]
}

extension CWLType {
    var holdsFiles: Bool {
        switch self {
        case .file: true
        case .array(let item, itemBinding: _): item.holdsFiles
        default: false
        }
    }

    /// Whether something inside says how it stands on the command line.
    var hasBindings: Bool {
        switch self {
        case .array(let item, itemBinding: let binding): binding != nil || item.hasBindings
        case .record(let fields): fields.contains { $0.binding != nil || $0.type.hasBindings }
        default: false
        }
    }
}
