package import LockstepJSON

extension JSONValue {
    /// The value for a message: its kind where that helps, then compact JSON, cut after 60 characters.
    package var shown: String {
        switch self {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .integer(let whole): String(whole)
        case .number: Self.cut(description)
        case .string(let text): text.isEmpty ? "an empty text" : Self.cut(description)
        case .array(let items): items.isEmpty ? "an empty list" : "the list \(Self.cut(description))"
        case .object(let object): object.isEmpty ? "an empty object" : "the object \(Self.cut(description))"
        }
    }

    private static func cut(_ text: String) -> String {
        text.count <= 60 ? text : text.prefix(60) + "…"
    }
}
