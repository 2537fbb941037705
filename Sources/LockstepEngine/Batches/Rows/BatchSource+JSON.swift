package import LockstepJSON

extension BatchSource {
    /// `kind` (`csv`, `jsonl`, `glob`, `stdin`) with `path`, `pattern` and `variable`, or `format`.
    package var json: JSONValue {
        switch self {
        case .csv(let path): return ["kind": "csv", "path": .string(path)]
        case .jsonLines(let path): return ["kind": "jsonl", "path": .string(path)]
        case .glob(let pattern, let variable):
            var object: JSONObject = ["kind": "glob", "pattern": .string(pattern)]
            if let variable { object["variable"] = .string(variable) }
            return .object(object)
        case .standardInput(let format):
            var object: JSONObject = ["kind": "stdin"]
            if let format { object["format"] = .string(format.rawValue) }
            return .object(object)
        }
    }

    /// Nil when it is not what ``json`` writes.
    package init?(json: JSONValue) {
        let path = json["path"]?.stringValue
        switch json["kind"]?.stringValue {
        case "csv":
            guard let path else { return nil }
            self = .csv(path)
        case "jsonl":
            guard let path else { return nil }
            self = .jsonLines(path)
        case "glob":
            guard let pattern = json["pattern"]?.stringValue else { return nil }
            self = .glob(pattern, variable: json["variable"]?.stringValue)
        case "stdin":
            let name = json["format"]?.stringValue
            let format = name.flatMap(BatchFormat.init(rawValue:))
            guard (name == nil) == (format == nil) else { return nil }
            self = .standardInput(format)
        default: return nil
        }
    }
}
