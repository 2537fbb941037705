/// How the rows of a table are written.
package enum BatchFormat: String, Sendable, Hashable, CaseIterable {
    /// RFC 4180, fields separated by commas.
    case csv
    /// The same, separated by tabs.
    case tabSeparated = "tsv"
    /// One JSON object a line.
    case jsonLines = "jsonl"

    /// What the extension of a file says, in any case; nil when it says nothing.
    package init?(path: String) {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return nil }
        switch name[name.index(after: dot)...].lowercased() {
        case "csv": self = .csv
        case "tsv", "tab": self = .tabSeparated
        case "jsonl", "ndjson": self = .jsonLines
        default: return nil
        }
    }
}
