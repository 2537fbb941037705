/// A compiled regular expression.
package struct Pattern: Sendable, Hashable {
    package let source: String
}
