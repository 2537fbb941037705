/// A member name of a JSON object, compared byte for byte.
///
/// Swift compares strings by canonical equivalence, which would make the NFC and NFD spellings of a name one key and lose
/// a member; RFC 8259 compares them by code unit.
package struct JSONKey: Sendable, Hashable, Comparable {
    package let name: String

    package init(_ name: String) {
        self.name = name
    }

    package static func == (one: JSONKey, other: JSONKey) -> Bool {
        one.name.utf8.elementsEqual(other.name.utf8)
    }

    package static func < (one: JSONKey, other: JSONKey) -> Bool {
        one.name.utf8.lexicographicallyPrecedes(other.name.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        for byte in name.utf8 { hasher.combine(byte) }
    }
}
