/// Finds a text in another one byte for byte, in time that grows with their lengths and not with their product.
enum TextSearch {
    /// Knuth, Morris and Pratt's search; canonical equivalence does not count.
    static func contains(_ part: String, in whole: String) -> Bool {
        let wanted = Array(part.utf8)
        guard wanted.count <= whole.utf8.count else { return false }
        guard !wanted.isEmpty else { return true }
        let borders = borders(of: wanted)
        var whole = whole
        return whole.withUTF8 { whole in
            var matched = 0
            for byte in whole {
                while matched > 0, wanted[matched] != byte { matched = Int(borders[matched - 1]) }
                if wanted[matched] == byte { matched += 1 }
                if matched == wanted.count { return true }
            }
            return false
        }
    }

    /// For each prefix the length of the longest shorter one that also ends it.
    private static func borders(of wanted: [UInt8]) -> [UInt32] {
        var borders: [UInt32] = [0]
        borders.reserveCapacity(wanted.count)
        var matched = 0
        for byte in wanted.dropFirst() {
            while matched > 0, wanted[matched] != byte { matched = Int(borders[matched - 1]) }
            if wanted[matched] == byte { matched += 1 }
            borders.append(UInt32(matched))
        }
        return borders
    }
}
