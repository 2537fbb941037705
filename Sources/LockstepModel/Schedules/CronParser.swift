/// Reads the five fields of a cron expression and collects what is wrong with them.
struct CronParser {
    /// What one field allows.
    struct Field {
        /// A bit for each number; Sunday is bit 0 however it was written.
        var bits: UInt64 = 0
        var beginsWithStar = false
    }

    /// The five of them.
    struct Fields {
        private var all = [Field](repeating: Field(), count: 5)

        subscript(field: CronField) -> Field {
            get { all[field.rawValue] }
            set { all[field.rawValue] = newValue }
        }
    }

    /// A piece of the text and the column at which it begins, from 1.
    struct Piece {
        let text: String
        let column: Int
    }

    private let text: String
    private(set) var findings: [CronProblem.Finding] = []

    /// Longer texts are refused unread; the longest that names each number once has 500 characters.
    static let maximumLength = 1000

    init(_ text: String) {
        self.text = text
    }

    /// The fields; nil when there are findings.
    mutating func fields() -> Fields? {
        guard text.utf8.count <= Self.maximumLength else {
            report(nil, 1, "longer than \(Self.maximumLength) bytes; use ranges and steps instead of long lists")
            return nil
        }
        let pieces = Self.pieces(of: text) { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r" }
            .filter { !$0.text.isEmpty }
        guard let first = pieces.first else {
            report(nil, 1, "nothing is here; write five fields: minute, hour, day of the month, month, weekday")
            return nil
        }
        if first.text.hasPrefix("@") {
            return macro(first, alone: pieces.count == 1)
        }
        guard pieces.count == CronField.allCases.count else {
            reportCount(pieces)
            return nil
        }
        var fields = Fields()
        for (field, piece) in zip(CronField.allCases, pieces) { fields[field] = read(piece, as: field) }
        if findings.isEmpty { requireThatItFires(fields, pieces) }
        return findings.isEmpty ? fields : nil
    }

    mutating func report(_ field: CronField?, _ column: Int, _ message: String, suggestion: String? = nil) {
        findings.append(CronProblem.Finding(field: field, column: column, message: message, suggestion: suggestion))
    }

    /// The pieces between separators, empty ones too.
    static func pieces(
        of text: some StringProtocol,
        from column: Int = 1,
        separatedWhere isSeparator: (Unicode.Scalar) -> Bool
    ) -> [Piece] {
        var pieces: [Piece] = []
        var current = ""
        var start = column
        var here = column
        for scalar in text.unicodeScalars {
            here += 1
            if isSeparator(scalar) {
                pieces.append(Piece(text: current, column: start))
                current = ""
                start = here
            } else {
                current.unicodeScalars.append(scalar)
            }
        }
        pieces.append(Piece(text: current, column: start))
        return pieces
    }
}

// MARK: - Fields

extension CronParser {
    /// One field: a list of members.
    private mutating func read(_ piece: Piece, as field: CronField) -> Field {
        var result = Field(bits: 0, beginsWithStar: piece.text.hasPrefix("*"))
        for member in Self.pieces(of: piece.text, from: piece.column, separatedWhere: { $0 == "," }) {
            if member.text.isEmpty {
                report(field, member.column, "an empty member of a list; take out the comma or write what is missing")
            } else if !refuse(member, in: field) {
                result.bits |= self.member(member, of: field) ?? 0
            }
        }
        return result
    }

    /// One member of a list: its bits, or nil when something is wrong with it.
    private mutating func member(_ piece: Piece, of field: CronField) -> UInt64? {
        let parts = Self.pieces(of: piece.text, from: piece.column) { $0 == "/" }
        guard parts.count <= 2 else {
            report(field, parts[2].column - 1, "a second /; a step is written once, as in 10-50/5")
            return nil
        }
        let range = self.range(parts[0], of: field, isOpen: parts.count == 2)
        guard parts.count == 2 else { return range.map { Self.bits($0, step: 1, of: field) } }
        let step = parts[1]
        guard !step.text.isEmpty, step.text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            report(
                field,
                step.column,
                "the step \(Self.shown(step.text)) is no whole number; write one after the /, as in */5"
            )
            return nil
        }
        let every = Int(step.text) ?? .max
        guard every > 0 else {
            report(field, step.column, "a step of 0 never moves on; write 1 or more")
            return nil
        }
        guard let range else { return nil }
        guard every == 1 || every <= range.upperBound - range.lowerBound else {
            report(
                field,
                step.column,
                "a step of \(step.text) does nothing: only \(field.noun) \(range.lowerBound) is left of "
                    + "\(range.lowerBound) to \(range.upperBound); write \(range.lowerBound), or a smaller step",
                suggestion: String(range.lowerBound)
            )
            return nil
        }
        return Self.bits(range, step: every, of: field)
    }

    /// `*`, a number or a name, or two of these with a hyphen.
    private mutating func range(_ piece: Piece, of field: CronField, isOpen: Bool) -> ClosedRange<Int>? {
        if piece.text == "*" { return field.numbers.lowerBound...field.last }
        let ends = Self.pieces(of: piece.text, from: piece.column) { $0 == "-" }
        guard ends.count <= 2 else {
            report(field, ends[2].column - 1, "a second hyphen; a range has two ends, as in 1-5")
            return nil
        }
        let first = number(ends[0], of: field)
        guard ends.count == 2 else {
            guard let first else { return nil }
            // A Sunday written as 7 begins no step: there is nothing after it.
            return isOpen ? first...max(first, field.last) : first...first
        }
        guard var last = number(ends[1], of: field), let first else { return nil }
        if field == .weekday, last == 0, first > 0, ends[1].text.uppercased() == "SUN" { last = 7 }
        guard first <= last else {
            let message = "the range \(piece.text) runs backwards; "
            if field == .weekday, last == 0 {
                let right = "\(ends[0].text)-7"
                report(field, piece.column, message + "write \(right), since 7 is Sunday too", suggestion: right)
            } else {
                let after = "\(ends[0].text)-\(field.last)"
                let before = "\(field.numbers.lowerBound)-\(ends[1].text)"
                report(
                    field,
                    piece.column,
                    message + "write \(after),\(before) to go past the end, or \(ends[1].text)-\(ends[0].text)",
                    suggestion: "\(after),\(before)"
                )
            }
            return nil
        }
        return first...last
    }

    /// A number within the field's limits, or one of its names in any case.
    private mutating func number(_ piece: Piece, of field: CronField) -> Int? {
        if piece.text.isEmpty {
            report(field, piece.column, "a \(field.noun) is missing here")
            return nil
        }
        if piece.text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            if let number = Int(piece.text), field.numbers.contains(number) { return number }
            let limits = "from \(field.numbers.lowerBound) to \(field.numbers.upperBound)"
            let end = field == .hour && piece.text == "24" ? "; midnight is 0" : ""
            report(
                field,
                piece.column,
                "\(piece.text) is no \(field.noun); write a number \(limits)\(end)",
                suggestion: end.isEmpty ? nil : "0"
            )
            return nil
        }
        if let index = field.names.firstIndex(of: piece.text.uppercased()) { return field.firstName + index }
        reportName(piece, of: field)
        return nil
    }

    private static func bits(_ range: ClosedRange<Int>, step: Int, of field: CronField) -> UInt64 {
        var bits: UInt64 = 0
        for number in stride(from: range.lowerBound, through: range.upperBound, by: step) {
            bits |= 1 << UInt64(number)
        }
        // Sunday counts once.
        return field == .weekday ? (bits | bits >> 7) & 0x7F : bits
    }

    /// Refuses what has no day on which it could happen; every date falls on every weekday in some year.
    private mutating func requireThatItFires(_ fields: Fields, _ pieces: [Piece]) {
        let days = fields[.dayOfMonth]
        guard days.beginsWithStar || fields[.weekday].beginsWithStar else { return }
        let lengths = [0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        let first = days.bits.trailingZeroBitCount
        let months = (1...12).filter { fields[.month].bits >> UInt64($0) & 1 == 1 }
        guard months.allSatisfy({ lengths[$0] < first }) else { return }
        let names = months.map { MonthNames.full[$0] }
        let longest = months.map { lengths[$0] }.max() ?? 0
        report(
            .dayOfMonth,
            pieces[CronField.dayOfMonth.rawValue].column,
            "never happens: \(Self.joined(names, "and")) \(names.count == 1 ? "has" : "have") at most \(longest) days, "
                + "and day \(first) is the first that is asked for; write \(longest) or less, or name another month"
        )
    }

    /// `a, b and c`.
    static func joined(_ parts: [String], _ word: String) -> String {
        guard let last = parts.last, parts.count > 1 else { return parts.first ?? "" }
        return "\(parts.dropLast().joined(separator: ", ")) \(word) \(last)"
    }
}

/// What months are called in sentences.
enum MonthNames {
    /// From 1; the first one is empty.
    static let full = [
        "", "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
        "November",
        "December",
    ]
}
