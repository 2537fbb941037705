/// XML as it is written, element by element; all text and attributes are escaped.
struct XMLText {
    private(set) var text = ""

    mutating func open(_ name: String, _ attributes: [(String, String)]) {
        begin(name, attributes)
        text += ">"
    }

    mutating func empty(_ name: String, _ attributes: [(String, String)]) {
        begin(name, attributes)
        text += "/>\n"
    }

    mutating func leaf(_ name: String, _ attributes: [(String, String)], _ content: String) {
        open(name, attributes)
        add(content)
        close(name)
    }

    mutating func close(_ name: String) { text += "</\(name)>\n" }

    /// Line breaks of the content stay; control characters, which no XML may hold, do not come here.
    mutating func add(_ content: String) {
        let lines = content.split(separator: "\n", omittingEmptySubsequences: false)
        text += lines.map { Self.escaped(FlowLabel.plain(String($0))) }.joined(separator: "\n")
    }

    private mutating func begin(_ name: String, _ attributes: [(String, String)]) {
        text += "<\(name)"
        for (key, value) in attributes { text += " \(key)=\"\(Self.escaped(FlowLabel.plain(value)))\"" }
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
