/// The names of Unicode properties that ECMA 262 has and PCRE2 has not: long names of general categories.
enum PropertyNames {
    /// The expression with `\p{Letter}` and `\p{gc=Lu}` as `\p{L}` and `\p{Lu}`, which PCRE2 understands.
    static func translated(_ source: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(source.count)
        var rest = source[...]
        while let byte = rest.popFirst() {
            result.append(byte)
            guard byte == UInt8(ascii: "\\"), let letter = rest.popFirst() else { continue }
            result.append(letter)
            guard letter | 0x20 == UInt8(ascii: "p"), rest.first == UInt8(ascii: "{"),
                let end = rest.prefix(64).firstIndex(of: UInt8(ascii: "}"))
            else { continue }
            var name = Substring(decoding: rest[rest.startIndex..<end].dropFirst(), as: UTF8.self)
            for prefix in ["General_Category=", "gc="] where name.hasPrefix(prefix) {
                name = name.dropFirst(prefix.count)
            }
            result += Array("{\(categories[String(name)] ?? String(name))}".utf8)
            rest = rest[(end + 1)...]
        }
        return result
    }

    /// Unicode's PropertyValueAliases for general categories, those that PCRE2 lacks.
    private static let categories = [
        "Cased_Letter": "L&", "LC": "L&", "Close_Punctuation": "Pe", "Connector_Punctuation": "Pc", "Control": "Cc",
        "cntrl": "Cc", "Currency_Symbol": "Sc", "Dash_Punctuation": "Pd", "Decimal_Number": "Nd", "digit": "Nd",
        "Enclosing_Mark": "Me", "Final_Punctuation": "Pf", "Format": "Cf", "Initial_Punctuation": "Pi", "Letter": "L",
        "Letter_Number": "Nl", "Line_Separator": "Zl", "Lowercase_Letter": "Ll", "Mark": "M", "Combining_Mark": "M",
        "Math_Symbol": "Sm", "Modifier_Letter": "Lm", "Modifier_Symbol": "Sk", "Nonspacing_Mark": "Mn",
        "Number": "N", "Open_Punctuation": "Ps", "Other": "C", "Other_Letter": "Lo", "Other_Number": "No",
        "Other_Punctuation": "Po", "Other_Symbol": "So", "Paragraph_Separator": "Zp", "Private_Use": "Co",
        "Punctuation": "P", "punct": "P", "Separator": "Z", "Space_Separator": "Zs", "Spacing_Mark": "Mc",
        "Surrogate": "Cs", "Symbol": "S", "Titlecase_Letter": "Lt", "Unassigned": "Cn", "Uppercase_Letter": "Lu",
    ]
}
