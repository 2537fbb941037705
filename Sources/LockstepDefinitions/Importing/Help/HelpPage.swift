/// What a program's help says, as far as it can be understood.
struct HelpPage: Hashable {
    /// The first sentence that says what the program does; empty when there is none.
    private(set) var summary = ""
    private(set) var usage: HelpUsage?
    /// How many usage lines there are.
    private(set) var usageCount = 0
    /// In the order of the help, without those about the program itself.
    private(set) var options: [HelpOption] = []
    /// Lines that look like options but could not be read.
    private(set) var unread: [String] = []

    /// Whether there is enough to make a draft of.
    var isHelp: Bool { usage != nil || options.count > 1 }

    /// - Parameters:
    ///   - text: As the program wrote it.
    ///   - arguments: Words of the command after the program's name.
    init(_ text: String, arguments: [String]) {
        let lines = Self.lines(of: text)
        readUsage(lines, arguments)
        readOptions(lines)
        readSummary(lines)
        addUsageOptions()
        options.removeAll { $0.isAboutProgram }
    }

    // MARK: - Lines

    /// Lines without what steers a terminal, tabs as spaces, at most 5,000.
    private static func lines(of text: String) -> [String] {
        var lines: [String] = []
        for line in text.split(separator: "\n", maxSplits: 5000, omittingEmptySubsequences: false).prefix(5000) {
            var clean = ""
            var rest = line.unicodeScalars[...]
            while let scalar = rest.popFirst() {
                switch scalar {
                case "\u{1B}":
                    guard rest.first == "[" else { continue }
                    rest.removeFirst()
                    while let next = rest.popFirst(), !(0x40...0x7E).contains(next.value) {}
                case "\u{8}": if !clean.isEmpty { clean.removeLast() }
                case "\t": clean += String(repeating: " ", count: 8 - clean.count % 8)
                case _ where scalar.value < 0x20 || scalar.value == 0x7F: continue
                default: clean.unicodeScalars.append(scalar)
                }
            }
            while clean.last == " " { clean.removeLast() }
            lines.append(String(clean.prefix(1000)))
        }
        return lines
    }

    private static func indent(_ line: String) -> Int { line.prefix { $0 == " " }.count }

    // MARK: - Usage

    private static func afterUsage(_ line: String) -> Substring? {
        let text = line.drop { $0 == " " }
        guard text.lowercased().hasPrefix("usage") else { return nil }
        let rest = text.dropFirst(5).drop { $0 == ":" || $0 == " " }
        return text.dropFirst(5).first.map { $0 == ":" || $0 == " " } ?? true ? rest : nil
    }

    private mutating func readUsage(_ lines: [String], _ arguments: [String]) {
        guard let start = lines.firstIndex(where: { Self.afterUsage($0) != nil }),
            var line = Self.afterUsage(lines[start]).map(String.init)
        else { return }
        usageCount = 1
        let indent = Self.indent(lines[start])
        var isFirst = true
        for next in lines[(start + 1)...] {
            let text = next.trimmed
            if text.isEmpty {
                if line.isEmpty { continue }
                break
            }
            let begin = Self.indent(next)
            if line.isEmpty {
                line = text
            } else if text.lowercased().hasPrefix("or:") || text.lowercased().hasPrefix("or ") {
                usageCount += 1
                isFirst = false
            } else if begin <= indent || text.first == "-" && next.contains("  ") && begin < 6 {
                break
            } else if text.split(separator: " ").first == line.split(separator: " ").first {
                usageCount += 1
                isFirst = false
            } else if isFirst {
                line += " " + text
            }
        }
        if !line.isEmpty { usage = HelpUsage(line, after: arguments) }
    }

    /// Options that only the usage line names, and which of them are required.
    private mutating func addUsageOptions() {
        for option in usage?.options ?? [] {
            if let index = options.firstIndex(where: { !Set($0.flags).isDisjoint(with: option.flags) }) {
                if option.isRequired { options[index].isRequired = true }
                if options[index].value == nil { options[index].value = option.value }
            } else {
                options.append(option)
            }
        }
    }

    // MARK: - Options

    private mutating func readOptions(_ lines: [String]) {
        var index = 0
        while index < lines.count {
            let line = lines[index]
            index += 1
            let text = line.drop { $0 == " " }
            guard text.first == "-", let second = text.dropFirst().first, second != " ", Self.afterUsage(line) == nil
            else {
                continue
            }
            var (specification, description) = Self.parts(of: text)
            let begin = Self.indent(line)
            // A specification may go on in the next line: `--color[=WHEN],`.
            while specification.hasSuffix(","), index < lines.count, lines[index].trimmed.hasPrefix("-") {
                let (more, words) = Self.parts(of: lines[index].drop { $0 == " " })
                specification += " " + more
                description = words
                index += 1
            }
            while index < lines.count {
                let next = lines[index]
                let words = next.trimmed
                if words.isEmpty {
                    // clap leaves a line empty before its lists of values.
                    guard index + 1 < lines.count, lines[index + 1].trimmed.hasPrefix("[") else { break }
                    index += 1
                    continue
                }
                guard Self.indent(next) > begin,
                    !words.hasPrefix("-") || description.isEmpty && Self.indent(next) > begin + 6
                else { break }
                description += (description.isEmpty ? "" : " ") + words
                index += 1
            }
            description = description.split(separator: " ").joined(separator: " ")
            if let option = HelpOption(specification: Substring(specification), description: description) {
                add(option)
            } else {
                unread.append(specification)
            }
        }
    }

    private mutating func add(_ option: HelpOption) {
        guard Set(options.flatMap(\.flags)).isDisjoint(with: option.flags), options.count < 1000 else { return }
        options.append(option)
    }

    /// What stands before the first gap of two spaces, and what stands behind it.
    private static func parts(of text: Substring) -> (specification: String, description: String) {
        var previous: Character?
        for index in text.indices {
            if text[index] == " ", previous == " " {
                return (text[..<index].trimmed, text[index...].trimmed)
            }
            previous = text[index]
        }
        // A specification that is too long for its column ends with its value: `-u, --user <name> Who …`.
        for index in text.indices where text[index] == ">" {
            let rest = text[text.index(after: index)...]
            if rest.first == " ", rest.dropFirst().first?.isLetter == true {
                return (String(text[...index]), rest.trimmed)
            }
        }
        return (String(text), "")
    }

    // MARK: - Summary

    /// The first line of words that is neither usage nor an option nor a heading.
    private mutating func readSummary(_ lines: [String]) {
        var isUsage = false
        for line in lines {
            let text = line.trimmed
            if Self.afterUsage(line) != nil {
                isUsage = true
                continue
            }
            if text.isEmpty {
                isUsage = false
                continue
            }
            if isUsage, Self.indent(line) > 0 || text.hasPrefix("[") { continue }
            let isSentence = text.contains(" ") && text.first?.isLetter == true && !text.hasSuffix(":")
            guard isSentence, !text.lowercased().hasPrefix("or:") else { continue }
            summary = text
            return
        }
    }
}
