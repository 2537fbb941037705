package import LockstepJSON

extension ValueSchema {
    /// Every way in which a value does not fit; empty when it does. At most 100.
    package func violations(in value: JSONValue) -> [SchemaViolation] {
        var checker = SchemaChecker()
        checker.check(value, against: self, at: JSONPointer())
        return checker.violations
    }

    /// Whether a value fits.
    package func accepts(_ value: JSONValue) -> Bool { violations(in: value).isEmpty }
}

private struct SchemaChecker {
    var violations: [SchemaViolation] = []

    private static let maximumCount = 100

    private mutating func note(_ pointer: JSONPointer, _ message: String) {
        guard violations.count < Self.maximumCount else { return }
        violations.append(SchemaViolation(pointer: pointer, message: message))
    }

    mutating func check(_ value: JSONValue, against schema: ValueSchema, at pointer: JSONPointer) {
        guard violations.count < Self.maximumCount else { return }
        if schema.refusesEverything { return note(pointer, "is not allowed; it is \(value.shown)") }
        guard schema.types.isEmpty || schema.types.contains(where: { value.is($0) }) else {
            return note(pointer, "must be \(schema.typesShown); it is \(value.shown)")
        }
        if let choices = schema.enumeration, !choices.contains(value) {
            let list = choices.map { $0.stringValue ?? $0.description }.joined(separator: ", ")
            note(pointer, "must be \(choices.count == 1 ? "" : "one of ")\(list); it is \(value.shown)")
        }
        if let constant = schema.constant, constant != value {
            note(pointer, "must be \(constant.shown); it is \(value.shown)")
        }
        switch value {
        case .integer, .number: checkNumber(value, against: schema, at: pointer)
        case .string(let text): checkText(text, against: schema, at: pointer)
        case .array(let items): checkItems(items, against: schema, at: pointer)
        case .object(let object):
            checkMembers(object, against: schema, at: pointer)
            if let file = FileValue(json: value) { checkFile(file, against: schema, at: pointer) }
        case .null, .bool: break
        }
    }

    private mutating func checkNumber(_ value: JSONValue, against schema: ValueSchema, at pointer: JSONPointer) {
        guard let number = value.doubleValue else { return }
        if let limit = schema.minimum, number < limit {
            note(pointer, "must be at least \(limit.shown); it is \(value.shown)")
        }
        if let limit = schema.maximum, number > limit {
            note(pointer, "must be at most \(limit.shown); it is \(value.shown)")
        }
        if let limit = schema.exclusiveMinimum, number <= limit {
            note(pointer, "must be above \(limit.shown); it is \(value.shown)")
        }
        if let limit = schema.exclusiveMaximum, number >= limit {
            note(pointer, "must be below \(limit.shown); it is \(value.shown)")
        }
        if let divisor = schema.multipleOf, !value.isMultiple(of: divisor) {
            note(pointer, "must be a multiple of \(divisor.shown); it is \(value.shown)")
        }
    }

    private mutating func checkText(_ text: String, against schema: ValueSchema, at pointer: JSONPointer) {
        if schema.minLength != nil || schema.maxLength != nil {
            let length = text.unicodeScalars.count
            if let limit = schema.minLength, length < limit {
                note(
                    pointer,
                    "must have at least \(limit) \(limit == 1 ? "character" : "characters"); it has \(length)"
                )
            }
            if let limit = schema.maxLength, length > limit {
                note(pointer, "must have at most \(limit) \(limit == 1 ? "character" : "characters"); it has \(length)")
            }
        }
        guard let pattern = schema.pattern else { return }
        do {
            if try pattern.firstMatch(in: text) == nil {
                note(pointer, "must match the pattern \(pattern.source); it is \(JSONValue.string(text).shown)")
            }
        } catch {
            note(pointer, "cannot be checked against the pattern \(pattern.source): \(error)")
        }
    }

    private mutating func checkItems(_ items: [JSONValue], against schema: ValueSchema, at pointer: JSONPointer) {
        if let limit = schema.minItems, items.count < limit {
            note(pointer, "must have at least \(limit) \(limit == 1 ? "item" : "items"); it has \(items.count)")
        }
        if let limit = schema.maxItems, items.count > limit {
            note(pointer, "must have at most \(limit) \(limit == 1 ? "item" : "items"); it has \(items.count)")
        }
        if schema.uniqueItems {
            var seen: Set<JSONValue> = []
            for (index, item) in items.enumerated() where !seen.insert(item).inserted {
                note(pointer.appending(index), "must not repeat an item; \(item.shown) comes twice")
            }
        }
        if let itemSchema = schema.items?.value {
            for (index, item) in items.enumerated() where violations.count < Self.maximumCount {
                check(item, against: itemSchema, at: pointer.appending(index))
            }
        }
    }

    private mutating func checkMembers(_ object: JSONObject, against schema: ValueSchema, at pointer: JSONPointer) {
        for name in schema.required where !object.contains(name) {
            note(pointer, "must have `\(name)`")
        }
        guard !schema.properties.isEmpty || schema.additionalProperties != nil else { return }
        for (name, value) in object where violations.count < Self.maximumCount {
            let place = pointer.appending(name)
            if let property = schema.properties[name] {
                check(value, against: property, at: place)
            } else if let additional = schema.additionalProperties?.value {
                if additional.refusesEverything {
                    let nearest = EditDistance.nearest(to: name, among: schema.properties.keys)
                    note(place, "is not a member it may have" + (nearest.map { "; did you mean `\($0)`?" } ?? ""))
                } else {
                    check(value, against: additional, at: place)
                }
            }
        }
    }

    private mutating func checkFile(_ file: FileValue, against schema: ValueSchema, at pointer: JSONPointer) {
        if !schema.mimeTypes.isEmpty, !schema.mimeTypes.contains(where: { MIMEType($0).covers(file.mimeType) }) {
            let list = schema.mimeTypes.joined(separator: ", ")
            let wanted = schema.mimeTypes.count == 1 ? list : "one of \(list)"
            note(pointer, "must be \(wanted); \(file.name) is \(file.mimeType)")
        }
        if let limit = schema.maxSize, file.size > limit.bytes {
            note(pointer, "must be at most \(limit); \(file.name) is \(ByteCount(file.size))")
        }
    }
}

extension ValueSchema {
    /// `an integer`, `a string or null`.
    package var typesShown: String {
        ValueType.allCases.filter { types.contains($0) }.map(\.shown).joined(separator: " or ")
    }
}

extension ValueType {
    /// The type with its article, for messages.
    package var shown: String {
        switch self {
        case .null: "null"
        case .array, .integer, .object: "an \(rawValue)"
        case .boolean, .directory, .file, .number, .string: "a \(rawValue)"
        }
    }
}

extension JSONValue {
    /// Whether the value is of a type; a file or a folder is an object that a ``FileValue`` can be read from.
    fileprivate func `is`(_ type: ValueType) -> Bool {
        switch (type, self) {
        case (.null, .null), (.boolean, .bool), (.string, .string), (.array, .array), (.object, .object): true
        case (.number, .integer), (.number, .number): true
        case (.integer, _): integerValue != nil || isHugeWholeNumber
        case (.file, .object), (.directory, .object): FileValue(json: self) != nil
        default: false
        }
    }

    /// Whether this is a whole number that does not fit 64 bits, such as 1e300.
    private var isHugeWholeNumber: Bool {
        if case .number(let number) = self { number.isFinite && number.rounded() == number } else { false }
    }

    /// Whether a number is a whole multiple of another, as decimals are written: 0.0075 is one of 0.0001.
    fileprivate func isMultiple(of divisor: Double) -> Bool {
        if case .integer(let whole) = self, let factor = Int64(exactly: divisor) { return whole % factor == 0 }
        guard let number = doubleValue else { return true }
        let quotient = number / divisor
        guard quotient.isFinite else { return number.truncatingRemainder(dividingBy: divisor) == 0 }
        return abs(quotient - quotient.rounded()) <= abs(quotient) * 1e-15
    }
}

extension Double {
    /// Without a fraction when it has none.
    fileprivate var shown: String {
        Int64(exactly: self).map { String($0) } ?? description
    }
}
