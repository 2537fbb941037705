/// A password, key or token: text that goes into the environment of the tools that ask for it, and nowhere else.
///
/// It describes itself as nothing, so that no message or log can show it by accident.
package struct SecretValue: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// For the environment of the step and for masking.
    package let revealed: String

    /// An environment variable cannot hold twice as much (`MAX_ARG_STRLEN`).
    package static let sizeLimit = 64 << 10
    /// What is shorter stands in text that has nothing to do with it.
    package static let shortest = 4

    /// A value as somebody gave it.
    ///
    /// - Parameter isExact: Whether a line break at the end belongs to it; one does not count otherwise.
    /// - Throws: What is wrong with it, as the end of a sentence that does not repeat it.
    package init(_ content: [UInt8], isExact: Bool = false) throws(SecretProblem) {
        var bytes = content[...]
        if !isExact, bytes.last == 0x0A { bytes.removeLast() }
        if bytes.last == 0x0D, bytes.count < content.count { bytes.removeLast() }
        guard !bytes.isEmpty else { throw SecretProblem("is empty") }
        guard bytes.count <= Self.sizeLimit else {
            throw SecretProblem("has more than \(ByteCount(Int64(Self.sizeLimit)))")
        }
        guard !bytes.contains(0) else {
            throw SecretProblem("has a NUL character in it, which no environment variable can hold")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SecretProblem("is not UTF-8 text; encode it with base64, and decode it in the tool")
        }
        guard bytes.count(where: { $0 != 0x0A && $0 != 0x0D }) >= Self.shortest else {
            throw SecretProblem("has fewer than \(Self.shortest) bytes, too few to be told from other text and masked")
        }
        revealed = text
    }

    package var description: String { "a secret" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// What is wrong with a secret; never what is in it.
package struct SecretProblem: Error, Sendable, Hashable {
    /// A predicate: "is empty".
    package let message: String

    package init(_ message: String) {
        self.message = message
    }
}
