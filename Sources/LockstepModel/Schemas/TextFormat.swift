internal import LockstepJSON

/// What `format` asserts of a text; values of other types are not its business.
package enum TextFormat: String, Sendable, Hashable, CaseIterable {
    case date
    case dateTime = "date-time"
    case time
    case duration
    case email
    case hostname
    case ipv4
    case ipv6
    case uri
    case uriReference = "uri-reference"
    case uuid
    case regex
    case jsonPointer = "json-pointer"
    case relativeJSONPointer = "relative-json-pointer"

    /// What a text must be, with an example, for messages.
    package var shown: String {
        switch self {
        case .date: "a date such as 2026-02-28"
        case .dateTime: "a date and a time with its offset, such as 2026-02-28T09:30:00Z"
        case .time: "a time with its offset, such as 09:30:00Z or 09:30:00+01:00"
        case .duration: "a duration such as P3D or PT1H30M"
        case .email: "an email address such as ada@example.org"
        case .hostname: "a host name such as www.example.org"
        case .ipv4: "an IPv4 address such as 192.0.2.1"
        case .ipv6: "an IPv6 address such as 2001:db8::1"
        case .uri: "a URI such as https://example.org/a"
        case .uriReference: "a URI or a reference such as ../a?b=c"
        case .uuid: "a UUID such as 123e4567-e89b-12d3-a456-426614174000"
        case .regex: "a regular expression such as ^[a-z]+$"
        case .jsonPointer: "a JSON pointer such as /a/0"
        case .relativeJSONPointer: "a relative JSON pointer such as 1/a"
        }
    }

    /// Whether a text is of this format.
    package func accepts(_ text: String) -> Bool {
        switch self {
        case .date: Self.isDate(text[...])
        case .dateTime: Self.isDateTime(text)
        case .time: Self.isTime(text[...])
        case .duration: Self.isDuration(text)
        case .email: Self.isEmail(text)
        case .hostname: Self.isHostname(text[...])
        case .ipv4: Self.isIPv4(text[...])
        case .ipv6: Self.isIPv6(text[...])
        case .uri: URIReference(text)?.scheme != nil
        case .uriReference: URIReference(text) != nil
        case .uuid: Self.isUUID(text)
        case .regex: (try? Pattern(text)) != nil
        case .jsonPointer: JSONPointer(parsing: text) != nil
        case .relativeJSONPointer: Self.isRelativeJSONPointer(text)
        }
    }

    private static func isUUID(_ text: String) -> Bool {
        let groups = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        return groups.map(\.count) == [8, 4, 4, 4, 12] && groups.joined().allSatisfy(URIReference.isHexDigit)
    }

    /// How many levels up, then a pointer or `#` for the name there.
    private static func isRelativeJSONPointer(_ text: String) -> Bool {
        let digits = text.utf8.prefix(while: URIReference.isDigit)
        guard !digits.isEmpty, digits.count == 1 || digits.first != UInt8(ascii: "0") else { return false }
        let rest = String(text.utf8.dropFirst(digits.count)) ?? "?"
        return rest == "#" || JSONPointer(parsing: rest) != nil
    }
}
