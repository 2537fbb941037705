import LockstepJSON

extension RuleEvaluator {
    /// The text that stands for a value: a list is its items with commas between them, an object its compact JSON.
    ///
    /// - Parameter empty: What null is: nothing where texts are joined, `null` where it is a text of its own.
    mutating func text(of value: JSONValue, nullAs empty: String, at node: RuleNode) throws(RuleError) -> String {
        switch value {
        case .null: return empty
        case .bool(let flag): return flag ? "true" : "false"
        case .integer(let whole): return String(whole)
        case .number(let number): return RuleNumber.text(number)
        case .string(let text):
            try charge(text.utf8.count / 16, at: node)
            return text
        case .array, .object:
            var text = ""
            try append(value, to: &text, depth: 0, at: node)
            return text
        }
    }

    private mutating func append(
        _ value: JSONValue,
        to text: inout String,
        depth: Int,
        at node: RuleNode
    ) throws(RuleError) {
        switch value {
        case .array(let items):
            // What a `reduce` makes may be deeper than a result until its depth is looked at.
            if depth > 4 * JSONValue.maximumDepth { throw .nestedTooDeep(at: node.pointer) }
            for (index, item) in items.enumerated() {
                try charge(1, at: node)
                if index > 0 { text += "," }
                try append(item, to: &text, depth: depth + 1, at: node)
            }
        case .object:
            var left = limits.bytes
            guard try measure(value, left: &left, depth: 0, at: node) else {
                throw .textTooLong(limits, at: node.pointer)
            }
            try charge((limits.bytes - left) / 16, at: node)
            text += JSONWriter.text(value)
        default: text += try self.text(of: value, nullAs: "", at: node)
        }
        if text.utf8.count > limits.bytes { throw .textTooLong(limits, at: node.pointer) }
    }

    /// `cat`: the texts of all values in a row; null is nothing.
    mutating func concatenation(
        _ nodes: [RuleNode],
        in scope: RuleScope,
        at node: RuleNode
    ) throws(RuleError) -> String {
        var text = ""
        for part in nodes {
            let part = try self.text(of: try value(of: part, in: scope), nullAs: "", at: node)
            guard text.utf8.count + part.utf8.count <= limits.bytes else {
                throw .textTooLong(limits, at: node.pointer)
            }
            text += part
        }
        return text
    }

    /// `substr`: a start and a length in UTF-16 code units, as the reference counts; negative ones count from the end.
    ///
    /// Half a surrogate pair is no text: at either end of the cut it is left out.
    mutating func substring(_ values: [JSONValue], at node: RuleNode) throws(RuleError) -> String {
        let text = try self.text(of: values[0], nullAs: "null", at: node)
        try charge(text.utf8.count / 16, at: node)
        let units = text.utf16
        let count = units.count
        let start = try extent(values[1], at: node).rounded(.towardZero)
        let lower = Int(start < 0 ? max(0, Double(count) + start) : min(start, Double(count)))
        var upper = count
        if values.count > 2 {
            let length = try extent(values[2], at: node)
            let rest = Double(count - lower)
            upper = lower + Int(length < 0 ? max(0, rest + length) : min(rest, length))
        }
        guard upper > lower else { return "" }
        var first = units.index(units.startIndex, offsetBy: lower)
        var end = units.index(first, offsetBy: upper - lower)
        if first.samePosition(in: text.unicodeScalars) == nil { units.formIndex(after: &first) }
        if end.samePosition(in: text.unicodeScalars) == nil { units.formIndex(before: &end) }
        return first < end ? String(text.unicodeScalars[first..<end]) : ""
    }

    /// A position or length as a number; NaN is 0.
    private mutating func extent(_ value: JSONValue, at node: RuleNode) throws(RuleError) -> Double {
        let number = try number(of: value, at: node).double
        return number.isNaN ? 0 : number
    }
}
