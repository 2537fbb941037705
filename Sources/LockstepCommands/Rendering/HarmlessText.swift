extension StringProtocol {
    /// The text on one line, with every character that could steer a terminal made visible or taken out.
    ///
    /// Line breaks and tabs become spaces, other control characters caret notation (`^[`), and characters that reorder text
    /// (Unicode Technical Report 36) disappear. A table cell, a name, the last line of a log: all go through here.
    package var onOneLine: String { harmless { $0 == "\n" || $0 == "\t" || $0 == "\r" ? " " : nil } }

    /// The same with line breaks and tabs kept, for text of several lines such as logs.
    package var harmlessLines: String { harmless { $0 == "\n" || $0 == "\t" ? String($0) : nil } }

    private func harmless(_ special: (Unicode.Scalar) -> String?) -> String {
        var text = ""
        var scalars = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if let replacement = special(scalar) {
                scalars.append(contentsOf: replacement.unicodeScalars)
                continue
            }
            switch scalar.value {
            case 0..<0x20, 0x7F:
                scalars.append("^")
                scalars.append(Unicode.Scalar(UInt8(scalar.value) ^ 0x40))
            case 0x80..<0xA0: scalars.append("\u{FFFD}")
            case 0x202A...0x202E, 0x2066...0x2069, 0x200E, 0x200F, 0x061C: continue
            default: scalars.append(scalar)
            }
        }
        text.unicodeScalars = scalars
        return text
    }
}
