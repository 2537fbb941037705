/// One record of a CSV text: its fields as they were written, and what is wrong with them.
struct CSVRecord {
    struct Field {
        /// Nil when it cannot be read; a mistake then says why.
        let text: String?
        let place: RowPlace
    }

    struct Mistake {
        let place: RowPlace
        let message: String
        /// Whether fields may stand in the wrong columns because of it.
        let breaksRecord: Bool
    }

    var fields: [Field] = []
    /// How many fields there are, those that were not kept included.
    var count = 0
    /// Where the first field stands that was not kept.
    var firstExtra: RowPlace?
    /// Behind the last character.
    var end = RowPlace(line: 1)
    /// At most ``mistakeLimit``.
    private(set) var mistakes: [Mistake] = []
    /// How many there are, those that were not kept included.
    private(set) var mistakeCount = 0
    /// Whether fields may stand in the wrong columns.
    private(set) var isBroken = false
    /// Bytes of all fields that were kept.
    var size = 0

    static let mistakeLimit = 100

    mutating func note(_ mistake: Mistake) {
        mistakeCount += 1
        if mistake.breaksRecord { isBroken = true }
        if mistakes.count < Self.mistakeLimit { mistakes.append(mistake) }
    }

    var line: Int { fields.first?.place.line ?? firstExtra?.line ?? end.line }
}
