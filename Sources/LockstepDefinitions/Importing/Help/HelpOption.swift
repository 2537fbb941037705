/// One option of a program, as its help describes it.
struct HelpOption: Hashable {
    /// With their dashes: `-k`, `--key`.
    var flags: [String]
    var value: HelpValue?
    /// How the value follows the flag.
    var joint = Joint.space
    var description = ""
    var isRequired = false

    enum Joint: Hashable {
        /// `--key VALUE`
        case space
        /// `--key=VALUE`
        case equals
        /// `-kVALUE`, without anything between.
        case none
    }

    /// The flag that says most: the longest with two dashes, else the longest.
    var flag: String {
        flags.first { $0.hasPrefix("--") } ?? flags.max { $0.count < $1.count } ?? ""
    }

    /// Whether the option only prints something about the program itself.
    var isAboutProgram: Bool {
        let names: Set = ["--help", "-help", "-?", "--version", "--usage", "--help-all"]
        if flags.contains(where: names.contains) { return true }
        let words = description.lowercased()
        return flags == ["-h"] && words.contains("help")
            || ["-V", "-v"].contains(flags.first) && words.contains("version")
    }

    /// Reads `-k, --key=KEYDEF` and the like; nil when it is no option.
    init?(specification: Substring, description: String) {
        flags = []
        self.description = description
        var rest = specification
        while rest.first == "-" {
            let flag = rest.prefix { $0.isLetter || $0.isNumber || "-_?.@#".contains($0) }
            guard flag.contains(where: { $0 != "-" }), flag.count >= 2 else { break }
            flags.append(String(flag))
            rest = rest.dropFirst(flag.count)
            takeValue(&rest)
            let separators = rest.prefix { ", |/".contains($0) }
            rest = rest.dropFirst(separators.count)
            if rest.hasPrefix("or ") { rest = rest.dropFirst(3) }
        }
        guard !flags.isEmpty else { return nil }
        // `-NUM` stands for any number and is no flag.
        let isFamily = flags.allSatisfy {
            !$0.hasPrefix("--") && $0.count > 2 && $0.dropFirst().allSatisfy(\.isUppercase)
        }
        if isFamily || rest.first == "[" { return nil }
    }

    init(flag: String, value: HelpValue? = nil, joint: Joint = .space) {
        flags = [flag]
        self.value = value
        self.joint = joint
    }

    private mutating func takeValue(_ rest: inout Substring) {
        var joint = Joint.space
        var text = rest
        if text.hasPrefix("[=") || text.hasPrefix("[ ") {
            // An option whose value may be left out: it is always given.
            joint = text.hasPrefix("[=") ? .equals : .space
            let inner = text.dropFirst(2).prefix { $0 != "]" }
            text = text.dropFirst(2 + inner.count + 1)
            takeValue(inner, joint)
            rest = text
            return
        }
        if text.first == "=" {
            joint = .equals
        } else if text.first == " " || text.first == ":" {
            guard let next = text.dropFirst().first, next != "-", next != "|" else { return }
        } else if text.first == "<" || text.first == "{" {
            joint = .none
        } else {
            return
        }
        if joint != .none { text = text.dropFirst() }
        let value = HelpValue.prefix(of: text)
        guard !value.isEmpty else { return }
        takeValue(value, joint)
        rest = text.dropFirst(value.count)
    }

    private mutating func takeValue(_ text: Substring, _ joint: Joint) {
        value = HelpValue(String(text))
        // Of several flags the longest is used, and what follows it is what counts.
        self.joint = joint
    }
}

/// What stands for a value in a help text: `FILE`, `<path>`, `{a,b}`, `NAME ...`.
struct HelpValue: Hashable {
    /// Without brackets.
    let name: String
    let choices: [String]
    let isRepeated: Bool

    init(_ text: String) {
        isRepeated = text.contains("...") || text.contains("…")
        var name = Substring(text)
        for mark in ["...", "…"] { if let range = name.range(of: mark) { name = name[..<range.lowerBound] } }
        name = Substring(name.trimmed)
        let isSet = name.hasPrefix("{") && name.hasSuffix("}")
        let inner = isSet || name.hasPrefix("<") && name.hasSuffix(">") ? name.dropFirst().dropLast() : name
        let separator: Character = inner.contains("|") ? "|" : ","
        let parts = inner.split(separator: separator).map { $0.trimmed }
        let isChoice = (isSet || inner.contains("|")) && parts.count > 1
        choices = isChoice && parts.allSatisfy { !$0.isEmpty && !$0.contains(" ") } ? parts : []
        // `NAME [NAME ...]` and `KEY VALUE`: the first counts.
        self.name = inner.split { " []".contains($0) }.first.map(String.init) ?? String(inner)
    }

    /// The part of a text that names a value, up to the next flag.
    static func prefix(of text: Substring) -> Substring {
        var depth = 0
        for index in text.indices {
            let character = text[index]
            if "<{[(".contains(character) { depth += 1 }
            if ">}])".contains(character) { depth -= 1 }
            if depth <= 0, character == ",", text[index...].hasPrefix(", ") || text[index...].hasPrefix(",-") {
                return text[..<index]
            }
            if depth <= 0, character == " ", text[text.index(after: index)...].hasPrefix("-") { return text[..<index] }
            if depth <= 0, character == "|", text[text.index(after: index)...].hasPrefix("-") { return text[..<index] }
        }
        return text
    }
}

extension Substring {
    /// Where a text stands first.
    fileprivate func range(of mark: String) -> Range<Index>? {
        for index in indices where self[index...].hasPrefix(mark) {
            return index..<self.index(index, offsetBy: mark.count)
        }
        return nil
    }
}
