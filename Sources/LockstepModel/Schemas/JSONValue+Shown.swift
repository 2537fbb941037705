package import LockstepJSON

extension JSONValue {
    /// The value for a message: its kind where that helps, then compact JSON, cut after 60 characters.
    ///
    /// The work is bounded, however large the value is.
    package var shown: String {
        switch self {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .integer(let whole): String(whole)
        case .number: excerpt()
        case .string(let text): text.isEmpty ? "an empty text" : excerpt()
        case .array(let items): items.isEmpty ? "an empty list" : "the list \(excerpt())"
        case .object(let object): object.isEmpty ? "an empty object" : "the object \(excerpt())"
        }
    }

    /// Compact JSON, cut after as many characters.
    func excerpt(_ limit: Int = 60) -> String {
        var left = limit + 2
        let text = pruned(&left).description
        guard text.unicodeScalars.count > limit else { return text }
        var cut = String.UnicodeScalarView()
        cut.append(contentsOf: text.unicodeScalars.prefix(limit))
        return String(cut) + "…"
    }

    /// A part of the value that is long enough to fill what is left, and begins as the whole does.
    private func pruned(_ left: inout Int) -> JSONValue {
        switch self {
        case .null, .bool, .integer, .number:
            left -= 1
            return self
        case .string(let text):
            let part = Self.beginning(of: text, left)
            left -= 1 + part.unicodeScalars.count
            return .string(part)
        case .array(let items):
            left -= 1
            var kept: [JSONValue] = []
            for item in items {
                guard left > 0 else { break }
                kept.append(item.pruned(&left))
            }
            return .array(kept)
        case .object(let object):
            left -= 1
            var kept = JSONObject()
            for (name, value) in object {
                guard left > 0 else { break }
                let part = Self.beginning(of: name, left)
                left -= part.unicodeScalars.count
                kept[part] = value.pruned(&left)
            }
            return .object(kept)
        }
    }

    private static func beginning(of text: String, _ count: Int) -> String {
        var part = String.UnicodeScalarView()
        part.append(contentsOf: text.unicodeScalars.prefix(max(count, 1)))
        return String(part)
    }
}
