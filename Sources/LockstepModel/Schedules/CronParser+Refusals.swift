/// What other programs understand and this one does not: each is refused by name, with what to do instead.
extension CronParser {
    /// The five fields that a macro stands for.
    static let macros: [String: String] = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
        "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
    ]

    /// A text that begins with `@`.
    mutating func macro(_ piece: Piece, alone: Bool) -> Fields? {
        let name = piece.text.lowercased()
        let known = Self.macros.keys.sorted().joined(separator: ", ")
        switch name {
        case "@reboot":
            report(
                nil,
                piece.column,
                "@reboot names no time; run `lockstep run workflow` from a service that the machine starts, such as a systemd unit"
            )
        case "@every":
            report(
                nil,
                piece.column,
                "@every is not supported; write a step, such as */15 * * * * for every 15 minutes"
            )
        default:
            guard let fields = Self.macros[name] else {
                let nearest = EditDistance.nearest(to: name, among: Self.macros.keys)
                let instead = nearest.map { "did you mean \($0)?" } ?? "there are \(known)"
                report(nil, piece.column, "\(Self.shown(piece.text)) is no macro; \(instead)", suggestion: nearest)
                return nil
            }
            guard alone else {
                report(nil, piece.column, "\(piece.text) stands alone; take out what follows it, or write five fields")
                return nil
            }
            var parser = CronParser(fields)
            return parser.fields()
        }
        return nil
    }

    /// Any number of fields but five.
    mutating func reportCount(_ pieces: [Piece]) {
        let count = pieces.count == 1 ? "1 field" : "\(pieces.count) fields"
        let order = "minute, hour, day of the month, month, weekday"
        if let zone = pieces.first,
            zone.text.uppercased().hasPrefix("TZ=") || zone.text.uppercased().hasPrefix("CRON_TZ=")
        {
            report(nil, zone.column, "a time zone is not part of the expression; put it into time_zone")
        } else if pieces.count == 6 || pieces.count == 7 {
            let isYear = pieces.last.map { $0.text.utf8.count == 4 && Int($0.text) != nil } ?? false
            let extra =
                pieces.count == 7
                ? "seconds and years are not supported: take out the first and the last field"
                : isYear
                    ? "years are not supported: take out the last field"
                    : "seconds are not supported: take out the first field"
            let left = pieces.dropFirst(pieces.count == 7 || !isYear ? 1 : 0).prefix(5).map(\.text)
            report(
                nil,
                isYear && pieces.count == 6 ? pieces[5].column : pieces[0].column,
                "\(count), and there must be five (\(order)); \(extra)",
                suggestion: left.joined(separator: " ")
            )
        } else if pieces.count > 7 {
            report(nil, pieces[5].column, "\(count), and there must be five: \(order); take out what follows them")
        } else {
            let missing = CronField.allCases.dropFirst(pieces.count).map(\.noun).joined(separator: ", ")
            report(
                nil,
                pieces[0].column,
                "\(count), and there must be five: \(order); add * for what does not matter, if it is the last that is "
                    + "missing: \(missing)"
            )
        }
        for piece in pieces {
            for member in Self.pieces(of: piece.text, from: piece.column, separatedWhere: { $0 == "," }) {
                _ = refuse(member, in: nil)
            }
        }
    }

    /// Refuses a member that another program would understand, and characters that nobody means.
    ///
    /// - Returns: Whether it was refused.
    mutating func refuse(_ member: Piece, in field: CronField?) -> Bool {
        for (offset, scalar) in member.text.unicodeScalars.enumerated() where !scalar.isASCII || scalar.value < 0x20 {
            let right = Self.likely[scalar]
            let code = String(scalar.value, radix: 16, uppercase: true)
            let hexadecimal = String(repeating: "0", count: max(0, 4 - code.count)) + code
            report(
                field,
                member.column + offset,
                "the character U+\(hexadecimal) is not ASCII text; \(right.map { "write \($0 == " " ? "a space" : $0)" } ?? "take it out")",
                suggestion: right
            )
            return true
        }
        let text = member.text.uppercased()
        guard let message = Self.refusal(text) else { return false }
        report(field, member.column, message, suggestion: text == "?" ? "*" : nil)
        return true
    }

    /// Why a member is refused, in upper case; nil when it is not one of those that others understand.
    private static func refusal(_ text: String) -> String? {
        if text.contains("?") { return "? is not supported; write * where any day will do" }
        if text.contains("#") {
            return
                "# (a certain weekday of the month) is not supported; write its days, such as 8-14 for the second of any "
                + "weekday, and let the workflow's first step look at the weekday"
        }
        if text.contains("~") {
            return "~ (a random number) is not supported; choose one, or give the schedule a jitter"
        }
        if text == "H" || text.hasPrefix("H/") || text.hasPrefix("H(") {
            return "H (a number from a hash) is not supported; choose a number, or give the schedule a jitter"
        }
        let before = text.dropLast()
        if text == "W" { return "W (a day of work) is not supported; write MON-FRI as the weekday" }
        if text.last == "W", before == "L" || before.allSatisfy(\.isNumber) {
            return "W (the nearest day of work) is not supported; write the days on which it may fall, such as 14-16"
        }
        let isLastOne =
            text.last == "L" && (before.allSatisfy(\.isNumber) || CronField.weekday.names.contains(String(before)))
        if isLastOne || text.hasPrefix("L-") {
            return
                "L (the last one) is not supported; write 1 and run it on the first day of the next month, or 28-31 and let the "
                + "workflow's first step look at the date"
        }
        return nil
    }

    /// An unknown name: the nearest right one, or where it belongs.
    mutating func reportName(_ piece: Piece, of field: CronField) {
        let name = piece.text.uppercased()
        guard !field.names.isEmpty else {
            for other in [CronField.month, .weekday] where other.names.contains(name) {
                report(field, piece.column, "\(piece.text) is a \(other.noun), and this field is the \(field.noun)")
                return
            }
            let limits = "from \(field.numbers.lowerBound) to \(field.numbers.upperBound)"
            report(field, piece.column, "\(Self.shown(piece.text)) is no \(field.noun); write a number \(limits)")
            return
        }
        let other: CronField = field == .month ? .weekday : .month
        if other.names.contains(name) {
            report(field, piece.column, "\(piece.text) is a \(other.noun), and this field is the \(field.noun)")
            return
        }
        // MONDAY and SEPT begin with what should stand here; they count only if they are the name in full or part of it.
        let full =
            field == .month
            ? MonthNames.full.dropFirst().map { $0.uppercased() } : WeekdayNames.full.map { $0.uppercased() }
        let index = full.firstIndex { name.utf8.count > 3 && ($0.hasPrefix(name) || $0 == name) }
        let nearest =
            index.map { field.names[$0 - full.startIndex] } ?? EditDistance.nearest(to: name, among: field.names)
            ?? EditDistance.nearest(to: name, among: full).flatMap { near in
                full.firstIndex(of: near).map { field.names[$0 - full.startIndex] }
            }
        let all = "\(field.names[0]) to \(field.names[field.names.count - 1])"
        report(
            field,
            piece.column,
            "\(Self.shown(piece.text)) is no \(field.noun); "
                + (nearest.map { "write \($0)" } ?? "write \(all), or a number from "
                    + "\(field.numbers.lowerBound) to \(field.numbers.upperBound)"),
            suggestion: nearest
        )
    }

    /// A piece of the text inside a sentence: never empty, never long.
    static func shown(_ text: String) -> String {
        if text.isEmpty { return "“”" }
        return text.unicodeScalars.count <= 20
            ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(20))) + "…"
    }

    /// Characters that programs put in the place of others.
    private static let likely: [Unicode.Scalar: String] = [
        "\u{2010}": "-", "\u{2011}": "-", "\u{2012}": "-", "\u{2013}": "-", "\u{2014}": "-", "\u{2212}": "-",
        "\u{00A0}": " ", "\u{2009}": " ", "\u{202F}": " ", "\u{3000}": " ", "\u{2217}": "*", "\u{FF0A}": "*",
        "\u{00D7}": "*", "\u{FF0C}": ",", "\u{201A}": ",", "\u{2044}": "/", "\u{2215}": "/", "\u{FF0F}": "/",
        "\u{FF1F}": "?",
    ]
}

/// What weekdays are called in sentences.
enum WeekdayNames {
    /// From Sunday.
    static let full = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
}
