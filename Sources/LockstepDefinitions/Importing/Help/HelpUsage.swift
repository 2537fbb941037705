/// The first usage line of a help text: what a program takes, in which order.
struct HelpUsage: Hashable {
    /// An argument without a flag.
    struct Positional: Hashable {
        var value: HelpValue
        var isOptional: Bool
        var isRepeated: Bool
    }

    private(set) var positionals: [Positional] = []
    /// Options that the line names itself; those outside brackets are required.
    private(set) var options: [HelpOption] = []
    /// Whether the line names a subcommand to choose.
    private(set) var hasSubcommands = false

    /// - Parameters:
    ///   - line: What follows `usage:`, in one line.
    ///   - arguments: Words of the command that come before everything, such as a subcommand.
    init(_ line: String, after arguments: [String]) {
        var words = Self.words(of: line)[...]
        if !words.isEmpty { words.removeFirst() }
        for argument in arguments where words.first == argument { words.removeFirst() }
        while let word = words.first {
            words.removeFirst()
            take(word, &words, isOptional: false)
        }
    }

    private static let placeholders: Set = [
        "option", "options", "opts", "flag", "flags", "long-option", "args", "global options", "option...",
        "options...",
    ]

    private mutating func take(_ word: String, _ rest: inout ArraySlice<String>, isOptional: Bool) {
        let isRepeated = word.hasSuffix("...") && word.count > 3
        let bare = isRepeated ? String(word.dropLast(3)) : word
        if bare == "..." || bare == "--" || bare == "|" { return }
        if bare.hasPrefix("["), bare.hasSuffix("]") || bare.hasSuffix("...") {
            let inner = bare.dropFirst().trimmed.dropSuffix("]")
            if inner.isPlaceholder(Self.placeholders) { return }
            var words = Self.words(of: inner)[...]
            // `name [name ...]` is one list.
            if let first = words.first, words.dropFirst().first == "...", let last = positionals.last,
                last.value.name == HelpValue(first).name
            {
                positionals[positionals.count - 1].isRepeated = true
                return
            }
            let isList = isRepeated || words.last == "..."
            let count = positionals.count
            while let word = words.first {
                words.removeFirst()
                take(word, &words, isOptional: true)
            }
            for index in positionals.indices.dropFirst(count) where isList { positionals[index].isRepeated = true }
            return
        }
        if bare.hasPrefix("-") {
            takeOption(bare, &rest, isOptional: isOptional)
            return
        }
        if bare.isPlaceholder(Self.placeholders) { return }
        let value = HelpValue(bare)
        let name = value.name.lowercased()
        if ["command", "subcommand"].contains(name) || !value.choices.isEmpty && rest.first == "..." {
            hasSubcommands = true
        }
        guard name.contains(where: { $0.isLetter }) else { return }
        positionals.append(
            Positional(
                value: value,
                isOptional: isOptional,
                isRepeated: isRepeated || value.isRepeated || rest.first == "..."
            )
        )
    }

    /// `-abc`, `-f file`, `--name=NAME`; a value follows when the next word is no option and the brackets hold both.
    private mutating func takeOption(_ word: String, _ rest: inout ArraySlice<String>, isOptional: Bool) {
        guard !word.contains("[") || word.contains("[=") else { return }
        if let next = rest.first, next != "|", !next.hasPrefix("-"), !next.hasPrefix("["), !word.contains("=") {
            // Outside brackets, only a word that names a value belongs to the option.
            if isOptional || next.hasPrefix("<") || next.hasPrefix("{") || next.allSatisfy({ !$0.isLowercase }) {
                rest.removeFirst()
                // `--names NAME [NAME ...]` is one list.
                let isList = rest.first.map {
                    $0.hasPrefix("[") && $0.contains("...") && HelpValue($0).name == HelpValue(next).name
                }
                if isList == true { rest.removeFirst() }
                var option = HelpOption(flag: word, value: HelpValue(isList == true ? "\(next) ..." : next))
                option.isRequired = !isOptional
                options.append(option)
                return
            }
        }
        let isCluster =
            !word.hasPrefix("--") && word.count > 2 && word.dropFirst().allSatisfy { $0.isLetter || $0.isNumber }
        if isCluster, isOptional {
            options += word.dropFirst().map { HelpOption(flag: "-\($0)") }
        } else if var option = HelpOption(specification: Substring(word), description: "") {
            option.isRequired = !isOptional && option.value != nil
            options.append(option)
        }
    }

    /// Words at the outermost level; what brackets hold stays together, also with the dots after it.
    private static func words(of line: String) -> [String] {
        var words: [String] = []
        var word = ""
        var depth = 0
        for character in line {
            if character == " ", depth == 0 {
                if !word.isEmpty { words.append(word) }
                word = ""
                continue
            }
            if "[{<(".contains(character) { depth += 1 }
            if "]}>)".contains(character) { depth = max(0, depth - 1) }
            word.append(character)
        }
        if !word.isEmpty { words.append(word) }
        // Round brackets only group.
        return words.flatMap { word in
            word.hasPrefix("(") && word.hasSuffix(")") && word.count > 2 && line != word
                ? self.words(of: String(word.dropFirst().dropLast())) : [word]
        }
    }
}

extension String {
    fileprivate func dropSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
    }

    fileprivate func isPlaceholder(_ words: Set<String>) -> Bool {
        words.contains(lowercased().filter { !"<>[]".contains($0) })
    }
}
