internal import LockstepJSON
internal import LockstepModel

/// The rule for names that definitions give: they become file names, column values and placeholders.
package enum DefinitionName {
    /// `[A-Za-z_][A-Za-z0-9_.-]{0,99}`, without two dots in a row.
    package static func isValid(_ name: String) -> Bool {
        let bytes = name.utf8
        guard let first = bytes.first, bytes.count <= 100, isLetter(first) else { return false }
        let dash = UInt8(ascii: "-")
        let dot = UInt8(ascii: ".")
        var last = first
        return bytes.allSatisfy { byte in
            defer { last = byte }
            if byte == dot { return last != dot }
            return isLetter(byte) || (0x30...0x39).contains(byte) || byte == dash
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: "_")
    }

    /// Whether a variable may have the name.
    static func isVariable(_ name: String) -> Bool {
        isValid(name) && !name.utf8.contains(UInt8(ascii: ".")) && !reserved.contains(name) && !literals.contains(name)
    }

    package static let rule = "begins with a letter or `_`, then up to 99 letters, digits, `_`, `-` or `.`"

    /// Variables of these names are made by the runner.
    static let reserved: Set<String> = ["actor", "item_index", "job", "record"]

    /// Names that YAML 1.2 or JSON reads as a value, so that a mapping could not name such a variable without quotes.
    static let literals: Set<String> = ["true", "True", "TRUE", "false", "False", "FALSE", "null", "Null", "NULL"]
}

extension DefinitionDecoder {
    /// Reads a required name; the empty text when there is none.
    mutating func name(_ key: String, in members: Members, _ noun: String) -> String {
        require(key, in: members, noun)
        guard let name = text(key, in: members) else { return "" }
        check(name: name, key, at: members.place(key))
        return name
    }

    mutating func check(name: String, _ noun: String, at pointer: JSONPointer, concernsName: Bool = false) {
        guard !DefinitionName.isValid(name) else { return }
        let message = "`\(noun)` cannot be \(JSONValue.string(name).shown); a name \(DefinitionName.rule), without `..`"
        if concernsName { noteName(pointer, message) } else { note(pointer, message) }
    }

    /// Reads the name of a variable and checks it; nil when it is no text.
    mutating func variableName(_ value: JSONValue, _ noun: String, at pointer: JSONPointer) -> String? {
        switch value {
        case .null, .bool, .integer, .number:
            note(pointer, "a variable cannot be named \(value.shown), which is read as a value; choose another name")
            return nil
        default:
            guard let name = text(value, noun, at: pointer) else { return nil }
            check(variable: name, noun, at: pointer)
            return name
        }
    }

    /// Checks the name of a variable, which in addition has no dot and is not one of the runner's own.
    mutating func check(variable name: String, _ noun: String, at pointer: JSONPointer) {
        check(name: name, noun, at: pointer)
        if DefinitionName.reserved.contains(name) {
            note(pointer, "the variable `\(name)` is made by the runner; choose another name")
        }
        if DefinitionName.literals.contains(name) {
            note(pointer, "a variable cannot be named `\(name)`, which is read as a value; choose another name")
        }
        if name.utf8.contains(UInt8(ascii: ".")), DefinitionName.isValid(name) {
            note(pointer, "the variable `\(name)` must not have a dot in its name")
        }
    }
}
