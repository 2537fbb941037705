/// What a placeholder names: a parameter, or what is inside a parameter's value (`${reads.name}`).
package struct PlaceholderName: Sendable, Hashable {
    package let parameter: String
    /// From the outside in; empty for the whole value.
    package let members: [String]

    package init(parameter: String, members: [String] = []) {
        self.parameter = parameter
        self.members = members
    }

    /// Finds the parameter that a text between `${` and `}` begins with; the longest name wins, since names may hold dots.
    ///
    /// - Returns: Nil when there is no such parameter.
    package init?(_ text: String, isParameter: (String) -> Bool) {
        if isParameter(text) {
            self.init(parameter: text)
            return
        }
        var parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        var members: [String] = []
        while !parts.isEmpty {
            let name = parts.joined(separator: ".")
            if isParameter(name) {
                guard !members.contains("") else { return nil }
                self.init(parameter: name, members: members)
                return
            }
            members.insert(parts.removeLast(), at: 0)
        }
        return nil
    }

    /// What a placeholder may say of a file besides its path.
    package static let fileMembers = ["name", "stem", "extension", "mime_type", "file_size"]
}
