internal import Crypto
internal import LockstepModel

/// The key that a webhook's messages are signed with: a text, used byte for byte.
///
/// It describes itself as nothing, so that no message or log can show it by accident.
package struct WebhookSecret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let bytes: [UInt8]

    /// A new one: 32 random bytes as 64 hexadecimal digits.
    package init() {
        let key = SymmetricKey(size: .bits256)
        bytes = Array(key.withUnsafeBytes { HexDigest.text($0) }.utf8)
    }

    /// A secret that somebody chose; one line break at its end does not count.
    ///
    /// - Throws: `VALIDATION_ERROR` when it is shorter than 16 bytes, longer than 1024, or more than one line of UTF-8.
    package init(_ content: [UInt8]) throws(StoreError) {
        var bytes = content
        if bytes.last == 0x0A { bytes.removeLast() }
        if bytes.last == 0x0D { bytes.removeLast() }
        guard (16...1024).contains(bytes.count) else {
            throw StoreError(
                .validationError,
                "A webhook's secret has 16 to 1024 bytes; this one has \(bytes.count == 1 ? "1" : "\(bytes.count)")."
            )
        }
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }), String(validating: bytes, as: UTF8.self) != nil else {
            throw StoreError(
                .validationError,
                "A webhook's secret is one line of UTF-8 text. `openssl rand -hex 32` makes a good one."
            )
        }
        self.bytes = bytes
    }

    /// The secret itself: for the person who added the webhook, once, and for its file.
    package var revealed: String { String(decoding: bytes, as: UTF8.self) }

    /// HMAC-SHA256 (RFC 2104) of a message, as lower-case hexadecimal digits.
    package func signature(of message: [UInt8]) -> String {
        HexDigest.text(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: bytes)))
    }

    package var description: String { "a secret" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
