/// A JSON Pointer (RFC 6901): where a value stands inside a document.
package struct JSONPointer: Sendable, Hashable {
    /// Member names and array indices, outermost first, unescaped.
    package var tokens: [String]

    package init(_ tokens: [String] = []) {
        self.tokens = tokens
    }

    /// Parses `/a/0/b`; nil when the text is neither empty nor begins with a slash, or holds a bad `~` escape.
    package init?(parsing text: String) {
        guard !text.isEmpty else {
            tokens = []
            return
        }
        guard text.utf8.first == UInt8(ascii: "/") else { return nil }
        tokens = []
        for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            var token = ""
            var escaped = false
            for scalar in part.unicodeScalars {
                switch (escaped, scalar) {
                case (true, "0"): token.unicodeScalars.append("~")
                case (true, "1"): token.unicodeScalars.append("/")
                case (true, _): return nil
                case (false, "~"):
                    escaped = true
                    continue
                default: token.unicodeScalars.append(scalar)
                }
                escaped = false
            }
            guard !escaped else { return nil }
            tokens.append(token)
        }
    }

    package func appending(_ token: String) -> JSONPointer {
        var longer: [String] = []
        longer.reserveCapacity(tokens.count + 1)
        longer.append(contentsOf: tokens)
        longer.append(token)
        return JSONPointer(longer)
    }

    package func appending(_ index: Int) -> JSONPointer { appending(String(index)) }

    /// The pointer without its last token; the root stays the root.
    package var parent: JSONPointer { JSONPointer(Array(tokens.dropLast())) }

    /// The value at this place, or nil.
    package func resolve(in document: JSONValue) -> JSONValue? {
        var value = document
        for token in tokens {
            switch value {
            case .object(let object):
                guard let member = object[token] else { return nil }
                value = member
            case .array(let items):
                guard token == "0" || !token.hasPrefix("0"), let index = Int(token), items.indices.contains(index)
                else { return nil }
                value = items[index]
            default: return nil
            }
        }
        return value
    }
}

extension JSONPointer: CustomStringConvertible {
    package var description: String {
        tokens.map { token in
            var text = "/"
            for scalar in token.unicodeScalars {
                switch scalar {
                case "~": text += "~0"
                case "/": text += "~1"
                default: text.unicodeScalars.append(scalar)
                }
            }
            return text
        }.joined()
    }
}
