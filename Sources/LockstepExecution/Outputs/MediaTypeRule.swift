/// Whether a file is of a type that its schema names.
package struct MediaTypeRule {
    /// `image/png`, or `image/*`; empty allows all.
    private let allowed: [String]

    package init(_ allowed: [String]) {
        self.allowed = allowed
    }

    /// The type to record, or nil when the schema refuses it.
    ///
    /// The many kinds of plain text cannot be told apart by their bytes: where the schema names a kind of text, it is
    /// believed about any text, and an empty file is of whatever type is asked for.
    package func accepted(_ found: String) -> String? {
        if allowed.isEmpty || allowed.contains(where: { Self.matches(found, $0) }) { return found }
        if Self.emptyTypes.contains(found) { return allowed.first { !$0.hasSuffix("*") } ?? found }
        guard found.hasPrefix("text/") else { return nil }
        return allowed.first { $0.hasPrefix("text/") || Self.textTypes.contains($0) }
    }

    private static let emptyTypes: Set = ["inode/x-empty", "application/x-empty"]
    private static let textTypes: Set = [
        "application/json", "application/x-ndjson", "application/xml", "application/yaml", "application/toml",
        "application/javascript", "application/sql", "application/x-sh", "application/x-subrip", "image/svg+xml",
    ]

    private static func matches(_ type: String, _ pattern: String) -> Bool {
        pattern == type || pattern == "*/*" || (pattern.hasSuffix("/*") && type.hasPrefix(pattern.dropLast()))
    }
}
