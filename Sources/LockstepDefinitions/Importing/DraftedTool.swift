package import LockstepJSON

/// A tool file that was made from something else, before anybody has looked at it.
package struct DraftedTool: Sendable, Hashable {
    package let id: String
    /// What the file holds; the registry takes it as it is.
    package let definition: JSONValue
    /// What a person should know, one thing a line; comments at the top of the file.
    package let notes: [String]

    package init(id: String, definition: JSONValue, notes: [String] = []) {
        self.id = id
        self.definition = definition
        self.notes = notes
    }

    /// The file's text.
    package var yaml: String {
        notes.map { "# \($0)\n" }.joined() + (notes.isEmpty ? "" : "\n") + YAMLWriter.text(definition)
    }
}

/// Makes names that definitions may have.
enum DraftedName {
    /// The nearest valid name: other characters become `_`, a first character that may not begin a name gets one before it.
    static func valid(from text: String) -> String {
        var name = ""
        for scalar in text.unicodeScalars {
            let isKept =
                scalar.isASCII && (scalar.properties.isAlphabetic || "0123456789_-.".unicodeScalars.contains(scalar))
            let isSecondDot = scalar == "." && name.hasSuffix(".")
            name.unicodeScalars.append(isKept && !isSecondDot ? scalar : "_")
        }
        if let first = name.unicodeScalars.first, !(first.properties.isAlphabetic || first == "_") { name = "_" + name }
        return String(name.prefix(100))
    }
}
