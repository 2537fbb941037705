/// A MIME type as schemas write it: `application/pdf`, or `image/*` for all of a kind.
package struct MIMEType: Sendable, Hashable {
    private let kind: Substring
    private let detail: Substring

    /// Upper and lower case and parameters (`; charset=utf-8`) do not count.
    package init(_ text: String) {
        let bare = text.lowercased().prefix { $0 != ";" && $0 != " " }
        let slash = bare.firstIndex(of: "/") ?? bare.endIndex
        kind = bare[..<slash]
        detail = bare[slash...].dropFirst()
    }

    /// Whether a file of the other type is one of this type.
    package func covers(_ other: String) -> Bool { covers(MIMEType(other)) }

    package func covers(_ other: MIMEType) -> Bool {
        (kind == "*" || kind == other.kind) && (detail == "*" || detail == other.detail)
    }

    /// Whether some file could be of both types.
    package func overlaps(_ other: MIMEType) -> Bool { covers(other) || other.covers(self) }
}
