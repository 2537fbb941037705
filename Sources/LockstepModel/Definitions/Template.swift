internal import LockstepJSON

/// A text with `${name}` placeholders; `$${` stands for a literal `${`.
package struct Template: Sendable, Hashable {
    package enum Segment: Sendable, Hashable {
        case literal(String)
        case placeholder(String)
    }

    package let segments: [Segment]

    package init(segments: [Segment]) {
        self.segments = segments
    }

    /// Parses a text; nil when a `${` has no `}` or names nothing.
    package init?(parsing text: String) {
        let sign = UInt8(ascii: "$")
        guard text.hasByte(sign) else {
            segments = text.isEmpty ? [] : [.literal(text)]
            return
        }
        var segments: [Segment] = []
        var literal = ""
        var rest = text.utf8[...]
        while let dollar = rest.firstIndex(of: sign) {
            literal += Substring(rest[..<dollar])
            rest = rest[dollar...]
            if rest.starts(with: "$${".utf8) {
                literal += "${"
                rest = rest.dropFirst(3)
            } else if rest.starts(with: "${".utf8) {
                guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else { return nil }
                let name = rest[rest.index(rest.startIndex, offsetBy: 2)..<end]
                guard !name.isEmpty else { return nil }
                if !literal.isEmpty { segments.append(.literal(literal)) }
                literal = ""
                segments.append(.placeholder(String(Substring(name))))
                rest = rest[rest.index(after: end)...]
            } else {
                literal += "$"
                rest = rest.dropFirst()
            }
        }
        literal += Substring(rest)
        if !literal.isEmpty { segments.append(.literal(literal)) }
        self.segments = segments
    }

    /// A text as a template that stands for it.
    ///
    /// What follows must not begin with `{` when the text ends in `$`.
    package static func escaped(_ text: String) -> String {
        var escaped = ""
        var rest = Substring(text)
        while let dollar = rest.firstIndex(of: "$") {
            escaped += rest[..<dollar]
            rest = rest[dollar...]
            escaped += rest.hasPrefix("${") ? "$${" : "$"
            rest = rest.dropFirst(rest.hasPrefix("${") ? 2 : 1)
        }
        return escaped + rest
    }

    /// The names of all placeholders, in order, with repetitions.
    package var placeholders: [String] {
        segments.compactMap { if case .placeholder(let name) = $0 { name } else { nil } }
    }

    /// The placeholder that is the whole text, if it is one.
    package var solePlaceholder: String? {
        if segments.count == 1, case .placeholder(let name) = segments[0] { name } else { nil }
    }
}
