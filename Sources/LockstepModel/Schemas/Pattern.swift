/// A compiled regular expression: PCRE2 with Unicode classes, searched for anywhere in a text as JSON Schema's `pattern` is.
///
/// The work of one search is bounded, so no pattern and no text can make it hang.
package struct Pattern: Sendable {
    package let source: String
    private let compiled: CompiledPattern

    /// Compiles an expression.
    ///
    /// - Throws: ``PatternError/invalid(message:offset:)``.
    package init(_ source: String) throws(PatternError) {
        self.source = source
        compiled = try CompiledPattern(source)
    }

    /// Finds the first place that matches.
    ///
    /// - Throws: ``PatternError/tooComplex`` when the search would take too much work or memory.
    package func firstMatch(in text: String) throws(PatternError) -> PatternMatch? {
        var work = Int.max
        return try firstMatch(in: text, work: &work)
    }

    /// Finds the first place that matches, with part of the work that many searches may do together.
    ///
    /// - Parameter work: What is left, in steps of a search; the search takes its part away.
    /// - Throws: ``PatternError/tooComplex`` when that, or what one search may do, is not enough.
    func firstMatch(in text: String, work: inout Int) throws(PatternError) -> PatternMatch? {
        try compiled.firstMatch(in: text, work: &work).get()
    }
}

extension Pattern: Hashable {
    package static func == (one: Pattern, other: Pattern) -> Bool {
        one.source.utf8.elementsEqual(other.source.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        for byte in source.utf8 { hasher.combine(byte) }
    }
}

/// What a ``Pattern`` found.
package struct PatternMatch: Sendable, Hashable {
    /// The part of the text that matched.
    package let text: String
    /// What the named groups that took part matched, by name.
    package let groups: [String: String]

    package subscript(name: String) -> String? { groups[name] }
}

package enum PatternError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The expression cannot be compiled; the offset counts bytes of the expression.
    case invalid(message: String, offset: Int)
    /// The search was given up.
    case tooComplex

    package var description: String {
        switch self {
        case .invalid(let message, let offset): "\(message) (at character \(offset + 1))"
        case .tooComplex: "the search takes too long on this text"
        }
    }
}
