internal import LockstepExecution
internal import LockstepJSON
internal import LockstepModel

/// A parameter's value on its way into an argument vector.
struct ArgumentValue {
    enum Shape {
        case text(String)
        case flag(Bool)
        case list([String])
    }

    private(set) var shape: Shape
    /// What standard input gets when it is this parameter.
    let content: StepInput?
    /// Set for a value that is too large for an argument: what to do instead.
    let remedy: String?
    /// The value itself; a file's is a ``FileValue``.
    let json: JSONValue
    /// The texts of a list's items, also after they were joined.
    private let texts: [String]

    init(_ shape: Shape, content: StepInput? = nil, remedy: String? = nil, json: JSONValue) {
        self.shape = shape
        self.content = content
        self.remedy = remedy
        self.json = json
        texts = if case .list(let items) = shape { items } else { [] }
    }

    /// A value that is no file.
    init(of value: JSONValue, remedy: String?) {
        let bytes = value.stringValue.map { Array($0.utf8) } ?? JSONWriter.bytes(value)
        let shape: Shape =
            switch value {
            case .bool(let flag): .flag(flag)
            case .string(let text): .text(text)
            case .array(let items): .list(items.map { $0.stringValue ?? JSONWriter.text($0) })
            case .number(let number): .text(number.decimalText)
            default: .text(JSONWriter.text(value))
            }
        // A part of a large value may be small enough.
        let isLarge = bytes.count > ResourceLimits.argumentSize.bytes
        self.init(shape, content: .bytes(bytes), remedy: isLarge ? remedy : nil, json: value)
    }

    /// A list as one text; an empty one stays a list, so that it is left out as lists are.
    func joined(by separator: String?) -> ArgumentValue {
        guard let separator, !texts.isEmpty else { return self }
        var joined = self
        joined.shape = .text(texts.joined(separator: separator))
        return joined
    }

    /// What a member of the value is; nil when it has none of that name.
    func member(_ name: String) -> ArgumentValue? {
        if let file = FileValue(json: json), let value = file.member(name) {
            return ArgumentValue(of: value, remedy: remedy)
        }
        guard let value = json[name], value != .null else { return nil }
        return ArgumentValue(of: value, remedy: remedy)
    }

    /// The items of a list, each as a value of its own; files keep their paths.
    var items: [ArgumentValue] {
        guard let values = json.arrayValue else { return [] }
        guard texts.count == values.count else {
            return values.map { ArgumentValue(of: $0, remedy: remedy) }
        }
        return zip(texts, values).map { text, value in
            FileValue(json: value) == nil
                ? ArgumentValue(of: value, remedy: remedy) : ArgumentValue(.text(text), json: value)
        }
    }
}

extension FileValue {
    /// What a placeholder may say of a file (``PlaceholderName/fileMembers``).
    ///
    /// The stem and the extension are the name up to its last dot and from there on; a dot at the beginning does not count.
    fileprivate func member(_ member: String) -> JSONValue? {
        let cut = name.dropFirst().lastIndex(of: ".") ?? name.endIndex
        return switch member {
        case "name": .string(name)
        case "stem": .string(String(name[..<cut]))
        case "extension": .string(String(name[cut...]))
        case "mime_type": .string(mimeType)
        case "file_size": .integer(size)
        default: nil
        }
    }
}

extension Double {
    /// In decimal digits without an exponent, which many programs do not read: `0.0000001`, `2.5`, `3.0`.
    fileprivate var decimalText: String {
        let text = JSONWriter.text(.number(self))
        let parts = text.lowercased().split(separator: "e")
        guard parts.count == 2, let exponent = Int(parts[1]) else { return text }
        let isNegative = parts[0].hasPrefix("-")
        let mantissa = parts[0].drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
        var whole = String(mantissa[0])
        var fraction = mantissa.count > 1 && mantissa[1] != "0" ? String(mantissa[1]) : ""
        for _ in 0..<abs(exponent) {
            if exponent < 0 {
                fraction = (whole.popLast().map(String.init) ?? "0") + fraction
            } else {
                whole += fraction.isEmpty ? "0" : String(fraction.removeFirst())
            }
        }
        return (isNegative ? "-" : "") + (whole.isEmpty ? "0" : whole) + "." + (fraction.isEmpty ? "0" : fraction)
    }
}
