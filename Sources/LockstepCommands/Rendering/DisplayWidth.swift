extension Character {
    /// How many columns of a terminal the character takes: 0, 1 or 2.
    ///
    /// A cluster is as wide as its widest scalar (Unicode Standard Annex 11); a variation selector 16 asks for an emoji.
    package var displayWidth: Int {
        var width = 0
        for scalar in unicodeScalars {
            if scalar.value == 0xFE0F { return 2 }
            width = max(width, scalar.displayWidth)
        }
        return width
    }
}

extension Unicode.Scalar {
    fileprivate var displayWidth: Int {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return 0
        default: break
        }
        if properties.isEmojiPresentation { return 2 }
        return Self.wideRanges.contains { $0.contains(value) } ? 2 : 1
    }

    /// Blocks whose characters are wide or full-width in EastAsianWidth.txt of Unicode 15.
    private static let wideRanges: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
        0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60,
        0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F2FF, 0x20000...0x3FFFD,
    ]
}

extension StringProtocol {
    /// How many columns of a terminal the text takes when it is written on one line.
    package var displayWidth: Int {
        // Nearly every text is printable ASCII, whose bytes are its columns.
        utf8.allSatisfy { (0x20..<0x7F).contains($0) } ? utf8.count : reduce(0) { $0 + $1.displayWidth }
    }
}

/// Where a text stands in a field that is wider.
package enum TextAlignment: Sendable {
    case left
    case right
}

extension String {
    /// The text itself when it fits, else its beginning and `…`; never wider than `width` columns.
    package func cut(to width: Int) -> String {
        guard displayWidth > width else { return self }
        guard width > 0 else { return "" }
        var kept = ""
        var used = 0
        for character in self {
            let next = used + character.displayWidth
            if next > width - 1 { break }
            kept.append(character)
            used = next
        }
        return kept + "…"
    }

    /// The text filled up with spaces to `width` columns; unchanged when it is wider.
    package func padded(to width: Int, _ alignment: TextAlignment = .left) -> String {
        let spaces = String(repeating: " ", count: max(0, width - displayWidth))
        return alignment == .left ? self + spaces : spaces + self
    }
}
