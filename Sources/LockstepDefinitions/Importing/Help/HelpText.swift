/// Facts in the words of a description.
enum HelpText {
    /// `(default: 5)`, `[default: 5]`, `(default 5)`.
    static func defaultValue(in description: String) -> String? {
        guard let inner = bracketed(description, after: ["default: ", "default:", "default is ", "default "]) else {
            return nil
        }
        var text = inner.trimmed
        for quote in ["'", "\"", "`"] where text.hasPrefix(quote) && text.hasSuffix(quote) && text.count > 1 {
            text = String(text.dropFirst().dropLast())
        }
        let empty: Set = ["none", "null", "false", "true", "[]", "{}", "no", "off", "unset", "stdin", "stdout", "-"]
        return text.isEmpty || empty.contains(text.lowercased()) || text.contains("$") ? nil : text
    }

    /// `[possible values: a, b]`, `(choices: a, b)`.
    static func choices(in description: String) -> [String] {
        guard let inner = bracketed(description, after: ["possible values: ", "choices: ", "one of: "]) else {
            return []
        }
        let choices = inner.split(separator: ",").map { $0.trimmed }
        return choices.allSatisfy { !$0.isEmpty && !$0.contains(" ") } && Set(choices).count == choices.count
            ? choices : []
    }

    /// What follows one of the words in brackets, up to the closing one.
    private static func bracketed(_ text: String, after starts: [String]) -> Substring? {
        for index in text.indices where "([".contains(text[index]) {
            let rest = text[text.index(after: index)...]
            guard let start = starts.first(where: { rest.lowercased().hasPrefix($0) }) else { continue }
            let inner = rest.dropFirst(start.count)
            return inner.firstIndex { ")]".contains($0) }.map { inner[..<$0] }
        }
        return nil
    }
}
