/// How a piece of text stands out; always besides a word or a symbol that says the same without colour.
package enum Style: String, Sendable {
    case plain = ""
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case cyan = "36"
}

/// Puts styles into text, or leaves them out.
package struct Painter: Sendable {
    package let isEnabled: Bool

    package init(isEnabled: Bool) {
        self.isEnabled = isEnabled
    }

    package static let plain = Painter(isEnabled: false)

    /// The text between the escape sequences of its style (ECMA-48 SGR); the text itself when styles are off.
    package func callAsFunction(_ style: Style, _ text: String) -> String {
        isEnabled && style != .plain && !text.isEmpty ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }
}
