/// Everything that is wrong with a schema, in the order it was written; references come after the rest.
package struct InvalidSchema: Error, Sendable, Hashable {
    package let problems: [SyntaxProblem]
}
