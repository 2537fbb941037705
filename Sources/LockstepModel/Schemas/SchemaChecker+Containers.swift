internal import LockstepJSON

/// Arrays, objects and files.
extension SchemaChecker {
    mutating func checkItems(_ items: [JSONValue], against node: SchemaNode) {
        if let limit = node.rules.minItems, items.count < limit {
            note("must have at least \(limit) \(limit == 1 ? "item" : "items"); it has \(items.count)")
        }
        if let limit = node.rules.maxItems, items.count > limit {
            note("must have at most \(limit) \(limit == 1 ? "item" : "items"); it has \(items.count)")
        }
        if node.rules.uniqueItems { checkUnique(items) }
        let first = node.rules.prefixItems
        for (index, itemNode) in first.enumerated() where index < items.count {
            check(items[index], at: .index(index), against: itemNode)
        }
        if let itemNode = node.rules.items, first.count < items.count {
            for index in first.count..<items.count {
                if isDone { return }
                if itemNode.rules.refusesEverything, !first.isEmpty {
                    return note(
                        "must have at most \(first.count) \(first.count == 1 ? "item" : "items"); it has \(items.count)"
                    )
                }
                check(items[index], at: .index(index), against: itemNode)
            }
        }
        checkContained(items, against: node)
    }

    private mutating func check(_ value: JSONValue, at token: Token, against node: SchemaNode) {
        path.append(token)
        check(value, against: node)
        path.removeLast()
    }

    private mutating func checkUnique(_ items: [JSONValue]) {
        var seen: Set<JSONValue> = []
        for (index, item) in items.enumerated() {
            guard !isDone, spend(item.weight) else { return }
            if seen.insert(item).inserted { continue }
            path.append(.index(index))
            note("must not repeat an item; \(item.shown) comes twice")
            path.removeLast()
        }
    }

    private mutating func checkContained(_ items: [JSONValue], against node: SchemaNode) {
        guard let wanted = node.rules.contains else { return }
        let words = SchemaSummary(document: document)
        let minimum = node.rules.minContains ?? 1
        var count = 0
        for item in items {
            if isDone || (node.rules.maxContains == nil && count >= minimum) { break }
            if fits(item, wanted) { count += 1 }
        }
        if count < minimum {
            note(
                "must have at least \(minimum) \(minimum == 1 ? "item that is" : "items that are each") "
                    + "\(words.text(of: wanted)); it has \(count == 0 ? "none" : String(count))"
            )
        }
        if let maximum = node.rules.maxContains, count > maximum {
            note(
                "must have at most \(maximum) \(maximum == 1 ? "item that is" : "items that are each") "
                    + "\(words.text(of: wanted)); it has \(count)"
            )
        }
    }

    mutating func checkMembers(_ object: JSONObject, _ value: JSONValue, against node: SchemaNode) {
        for name in node.rules.required where !object.contains(name) { note("must have `\(name)`") }
        if let limit = node.rules.minProperties, object.count < limit {
            note("must have at least \(limit) \(limit == 1 ? "member" : "members"); it has \(object.count)")
        }
        if let limit = node.rules.maxProperties, object.count > limit {
            note("must have at most \(limit) \(limit == 1 ? "member" : "members"); it has \(object.count)")
        }
        for (name, needed) in node.rules.dependentRequired.entries where object.contains(name) {
            for other in needed where !object.contains(other) {
                note("must have `\(other)`, because it has `\(name)`")
            }
        }
        if !node.rules.properties.isEmpty || node.rules.additionalProperties != nil
            || !node.rules.patternProperties.isEmpty || node.rules.propertyNames != nil
        {
            for (name, value) in object {
                if isDone { return }
                path.append(.name(name))
                checkMember(name, value, against: node)
                path.removeLast()
            }
        }
        if !node.rules.mimeTypes.isEmpty || node.rules.maxSize != nil, let file = FileValue(json: value) {
            checkFile(file, against: node)
        }
        for (name, dependent) in node.rules.dependentSchemas.entries where object.contains(name) {
            let count = count
            check(value, against: dependent)
            explain(after: count, ", because it has `\(name)`")
        }
    }

    private mutating func checkMember(_ name: String, _ value: JSONValue, against node: SchemaNode) {
        if let names = node.rules.propertyNames {
            if !fits(.string(name), names) {
                let reason = reason(.string(name), names) ?? "is not allowed"
                note("has a name that \(reason)")
            }
        }
        var isKnown = false
        if let property = node.rules.properties[name] {
            isKnown = true
            check(value, against: property)
        }
        for (pattern, property) in node.rules.patternProperties {
            guard spend(1), matches(pattern, name) else { continue }
            isKnown = true
            check(value, against: property)
        }
        guard !isKnown, let additional = node.rules.additionalProperties else { return }
        guard additional.rules.refusesEverything else { return check(value, against: additional) }
        note("is not a member it may have\(SchemaSummary.hint(name, among: node.rules.properties.names))")
    }

    private mutating func checkFile(_ file: FileValue, against node: SchemaNode) {
        let types = node.rules.mimeTypes
        if !types.isEmpty, !types.contains(where: { MIMEType($0).covers(file.mimeType) }) {
            let list = types.joined(separator: ", ")
            note("must be \(types.count == 1 ? list : "one of \(list)"); \(file.name) is \(file.mimeType)")
        }
        if let limit = node.rules.maxSize, file.size > limit.bytes {
            note("must be at most \(limit); \(file.name) is \(ByteCount(file.size))")
        }
    }
}
