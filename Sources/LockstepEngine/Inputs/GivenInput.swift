package import LockstepJSON

/// One input as somebody gave it, before it is parsed by its schema.
package struct GivenInput: Sendable, Hashable {
    package enum Value: Sendable, Hashable {
        /// From a command line; parsed by the variable's schema.
        case text(String)
        /// From a file or a program; a `file` is its path.
        case json(JSONValue)
    }

    /// The variable's `variable_id` or `name`.
    package var name: String
    package var value: Value
    /// Absolute path of the folder that relative paths begin at.
    package var folder: String
    /// What a file is taken for whatever its bytes are; found from its bytes when nil. Only tests of workflows say it.
    package var declaredType: String?

    package init(name: String, value: Value, folder: String) {
        self.name = name
        self.value = value
        self.folder = folder
    }
}
