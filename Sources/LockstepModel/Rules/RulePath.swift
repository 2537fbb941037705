import LockstepJSON

/// The path of a `var`: names and positions with dots between them; the empty path is everything.
///
/// A dot always separates, so that a member whose name holds a dot cannot be reached. No name is special: `length`,
/// `constructor` and `__proto__` are members like any other, and a list has positions only.
struct RulePath: Sendable, Hashable {
    struct Step: Sendable, Hashable {
        let name: String
        /// The position that the name is in a list, counted from 0; nil when it is none.
        let index: Int?
    }

    /// As it was written.
    let text: String
    let steps: [Step]

    init(_ text: String) {
        self.text = text
        guard !text.isEmpty else {
            steps = []
            return
        }
        steps = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map { part in
            let name = String(Substring(part))
            let isIndex = name == "0" || (part.first != UInt8(ascii: "0") && part.allSatisfy { 0x30...0x39 ~= $0 })
            return Step(name: name, index: isIndex ? Int(name) : nil)
        }
    }

    /// The name that it begins with: that of a variable in the outermost scope. Nil for the path to everything.
    var name: String? { steps.first?.name }

    /// Walks on from a value; nil when it leads nowhere.
    func value(in start: JSONValue, from first: Int = 0) -> JSONValue? {
        var value = start
        for step in steps[first...] {
            switch value {
            case .object(let members):
                guard let member = members[step.name] else { return nil }
                value = member
            case .array(let items):
                guard let index = step.index, index < items.count else { return nil }
                value = items[index]
            default: return nil
            }
        }
        return value
    }
}
