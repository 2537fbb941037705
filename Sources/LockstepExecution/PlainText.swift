/// Text of a program or a file name made safe for a person's terminal.
package enum PlainText {
    /// Without escape sequences and control characters; a tab becomes a space.
    package static func line(_ bytes: some Sequence<UInt8>, limit: Int = 200) -> String {
        var kept = String.UnicodeScalarView()
        var escape = Escape.none
        for scalar in String(decoding: Array(bytes), as: UTF8.self).unicodeScalars {
            if escape.absorbs(scalar) { continue }
            if scalar == "\t" {
                kept.append(" ")
            } else if !isControl(scalar) {
                kept.append(scalar)
            }
        }
        let text = String(kept)
        let trimmed = text.drop { $0 == " " }
        return String(trimmed.prefix(limit))
    }

    /// A name with control characters written as `\n` or `\x1b`, and cut at 120 characters.
    package static func escaped(_ name: String) -> String {
        var text = ""
        for scalar in name.unicodeScalars.prefix(120) {
            if scalar == "\n" {
                text += "\\n"
            } else if isControl(scalar) {
                text += "\\x" + String(scalar.value, radix: 16)
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return name.unicodeScalars.count > 120 ? text + "…" : text
    }

    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    /// Where in a terminal's escape sequence (ECMA-48) the text is.
    private enum Escape {
        case none
        case begun
        /// Parameters up to one final letter.
        case control
        /// Text up to BEL or the string terminator.
        case text
        case textEnd

        mutating func absorbs(_ scalar: Unicode.Scalar) -> Bool {
            switch self {
            case .none:
                guard scalar == "\u{1B}" else { return false }
                self = .begun
            case .begun:
                switch scalar {
                case "[": self = .control
                case "]", "P", "X", "^", "_": self = .text
                case " "..."/": break
                default: self = .none
                }
            case .control:
                if ("@"..."~").contains(scalar) { self = .none }
            case .text:
                if scalar == "\u{07}" { self = .none } else if scalar == "\u{1B}" { self = .textEnd }
            case .textEnd:
                self = .none
            }
            return true
        }
    }
}
