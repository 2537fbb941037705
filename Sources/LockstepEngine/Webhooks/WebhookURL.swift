internal import Foundation
internal import LockstepModel

/// The rules for a URL that events are sent to.
enum WebhookURL {
    /// - Throws: `VALIDATION_ERROR` for anything but a complete http or https URL without user information.
    ///
    /// No message repeats the URL: it may hold a password by mistake.
    static func check(_ text: String) throws(JobError) {
        if let problem = problem(with: text) {
            throw JobError(
                .validationError,
                "The URL \(problem). Give one such as https://example.com/lockstep.",
                fields: [FieldError(field: "url", message: problem)]
            )
        }
    }

    private static func problem(with text: String) -> String? {
        guard text.utf8.count <= 2048 else { return "is longer than 2048 bytes" }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let parts = URLComponents(string: text, encodingInvalidCharacters: false)
        else { return "has characters that must be percent-encoded, or is no URL" }
        guard let scheme = parts.scheme?.lowercased(), scheme == "http" || scheme == "https" else {
            return "does not begin with http:// or https://"
        }
        guard let host = parts.host, !host.isEmpty else { return "names no host" }
        guard parts.user == nil, parts.password == nil else {
            return "has a name or a password before the host, which would stand in lists and logs"
        }
        guard parts.fragment == nil else { return "has a fragment (#…), which is never sent" }
        if let port = parts.port, !(1...65_535).contains(port) { return "has a port that does not exist" }
        return nil
    }
}
