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
        one.name.hasSameBytes(as: other.name)
    }

    package static func < (one: JSONKey, other: JSONKey) -> Bool {
        one.name.utf8.lexicographicallyPrecedes(other.name.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        // One by one takes several times as long.
        var name = name
        name.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

extension String {
    package func hasByte(_ byte: UInt8) -> Bool {
        utf8.withContiguousStorageIfAvailable { $0.contains(byte) } ?? utf8.contains(byte)
    }

    /// Whether two texts are the same byte for byte, which Swift's `==` does not ask.
    package func hasSameBytes(as other: String) -> Bool {
        let result = utf8.withContiguousStorageIfAvailable { own in
            other.utf8.withContiguousStorageIfAvailable { others in
                own.count == others.count && own.indices.allSatisfy { own[$0] == others[$0] }
            }
        }
        return (result ?? nil) ?? utf8.elementsEqual(other.utf8)
    }
}
