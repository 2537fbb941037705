/// A parameter reference, `$(inputs.reads.path)`, as its names.
struct CWLReference: Hashable {
    /// `inputs`, `self` or `runtime`.
    let root: String
    /// Names and, in brackets, indices.
    let keys: [Key]

    enum Key: Hashable {
        case name(String)
        case index(Int)
    }

    /// A piece of a text with references in it.
    enum Piece: Hashable {
        case literal(String)
        case reference(CWLReference)
        /// What stands between `$(` and `)`, or between `${` and `}`, and is no reference.
        case expression(String)
    }

    /// Splits a text by the rules of CWL v1.2, "String interpolation"; white space around it is dropped.
    ///
    /// A text without `$(` and `${` is itself, whatever backslashes it holds.
    static func pieces(of text: String) -> [Piece] {
        guard text.contains("$(") || text.contains("${") else { return [.literal(text)] }
        var pieces: [Piece] = []
        var literal = ""
        var rest = Substring(text)
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        while !rest.isEmpty {
            if rest.hasPrefix("\\$(") || rest.hasPrefix("\\${") {
                literal += rest.dropFirst().prefix(2)
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("\\\\") {
                literal += "\\"
                rest = rest.dropFirst(2)
            } else if rest.hasPrefix("$(") || rest.hasPrefix("${") {
                if !literal.isEmpty { pieces.append(.literal(literal)) }
                literal = ""
                let end = end(of: rest)
                let inner = rest.dropFirst(2).prefix(upTo: end)
                let isReference = rest.hasPrefix("$(")
                pieces.append(
                    (isReference ? CWLReference(inner) : nil).map { .reference($0) } ?? .expression(String(inner))
                )
                rest = end < rest.endIndex ? rest[rest.index(after: end)...] : ""
            } else {
                literal.append(rest.removeFirst())
            }
        }
        if !literal.isEmpty { pieces.append(.literal(literal)) }
        return pieces
    }

    /// Where the bracket closes that the text begins with; the end of the text when it never does.
    private static func end(of text: Substring) -> Substring.Index {
        let (open, close): (Character, Character) = text.hasPrefix("$(") ? ("(", ")") : ("{", "}")
        var depth = 0
        var quote: Character?
        for index in text.indices.dropFirst() {
            let character = text[index]
            if let mark = quote {
                if character == mark { quote = nil }
            } else if character == "'" || character == "\"" {
                quote = character
            } else if character == open {
                depth += 1
            } else if character == close {
                depth -= 1
                if depth == 0 { return index }
            }
        }
        return text.endIndex
    }

    /// Reads `inputs.reads.path`, `inputs["reads"]` or `self[0].contents`; nil for anything else.
    init?(_ text: Substring) {
        var rest = text
        func symbol() -> String {
            let symbol = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            rest = rest.dropFirst(symbol.count)
            return String(symbol)
        }
        root = symbol()
        guard ["inputs", "self", "runtime"].contains(root) else { return nil }
        var keys: [Key] = []
        while let first = rest.first {
            rest = rest.dropFirst()
            if first == "." {
                let name = symbol()
                guard !name.isEmpty else { return nil }
                keys.append(.name(name))
            } else if first == "[", let mark = rest.first, mark == "'" || mark == "\"" {
                guard let end = rest.dropFirst().firstIndex(of: mark) else { return nil }
                let name = rest[rest.index(after: rest.startIndex)..<end]
                rest = rest[rest.index(after: end)...]
                guard rest.first == "]", !name.contains("\\") else { return nil }
                rest = rest.dropFirst()
                keys.append(.name(String(name)))
            } else if first == "[" {
                let digits = rest.prefix { $0.isNumber }
                rest = rest.dropFirst(digits.count)
                guard rest.first == "]", let index = Int(digits) else { return nil }
                rest = rest.dropFirst()
                keys.append(.index(index))
            } else {
                return nil
            }
        }
        self.keys = keys
    }

    /// As a document writes it.
    var shown: String {
        let names = keys.map { key in
            switch key {
            case .name(let name): ".\(name)"
            case .index(let index): "[\(index)]"
            }
        }
        return "$(\(root)\(names.joined()))"
    }
}
