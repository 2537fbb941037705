package import LockstepJSON
package import LockstepModel

/// Values of variables as people read them.
package enum ValueText {
    /// One line that says what the value is: text as it stands, a file by name, type and size, anything else as JSON.
    ///
    /// - Parameter width: The most columns it may take; nil for no limit.
    package static func short(_ value: JSONValue, width: Int?) -> String {
        let line = summary(value).onOneLine
        guard let width else { return line }
        return line.cut(to: width)
    }

    /// The value in full: text as it stands, anything else as indented JSON.
    package static func full(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        default: JSONWriter.text(value, style: .pretty)
        }
    }

    private static func summary(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): return text
        case .array(let items) where !items.isEmpty && items.allSatisfy { FileValue(json: $0) != nil }:
            let names = items.compactMap { FileValue(json: $0)?.name }
            return "\(names.count) file\(names.count == 1 ? "" : "s"): \(names.joined(separator: ", "))"
        default:
            guard let file = FileValue(json: value) else { return JSONWriter.text(value) }
            return "\(file.name) (\(file.mimeType), \(ByteCount(file.size)))"
        }
    }

    /// What kind of value it is, for tables: `file`, `3 files`, or JSON's own name.
    package static func kind(_ value: JSONValue) -> String {
        switch value {
        case .array(let items) where !items.isEmpty && items.allSatisfy { FileValue(json: $0) != nil }:
            items.count == 1 ? "1 file" : "\(items.count) files"
        default: FileValue(json: value) == nil ? value.kind : "file"
        }
    }
}

extension JSONValue {
    /// The files that the value is or holds as a list; empty for any other value.
    package var files: [FileValue] {
        if let file = FileValue(json: self) { return [file] }
        guard case .array(let items) = self else { return [] }
        let files = items.compactMap { FileValue(json: $0) }
        return files.count == items.count ? files : []
    }
}
