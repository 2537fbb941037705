internal import LockstepJSON
internal import LockstepModel

/// Definitions that several schemas share, by the names that their `$ref`s use.
enum CommonParts {
    private static let anyName = "(?!.*\\.\\.)[A-Za-z_][A-Za-z0-9_.-]{0,99}"
    /// The rule of ``DefinitionName/isValid(_:)``.
    static let namePattern = "^\(anyName)$"
    /// The rule of ``DefinitionName/isVariable(_:)``.
    static var variablePattern: String {
        let taken = (DefinitionName.reserved.union(DefinitionName.literals)).sorted().joined(separator: "|")
        return "^(?!(?:\(taken))$)[A-Za-z_][A-Za-z0-9_-]{0,99}$"
    }

    /// A text that may be the name of a variable, also of the runner's own.
    static var variableName: JSONValue {
        let literals = DefinitionName.literals.sorted().joined(separator: "|")
        return [
            "type": "string", "description": "The name of a variable.",
            "pattern": .string("^(?!(?:\(literals))$)[A-Za-z_][A-Za-z0-9_-]{0,99}$"),
        ]
    }

    static let variableOrObject: JSONValue = ["anyOf": [SchemaPart.reference("variable_name"), ["type": "object"]]]

    static let name: JSONValue = ["type": "string", "pattern": .string(namePattern)]
    static let variable: JSONValue = ["type": "string", "pattern": .string(variablePattern)]

    /// The units of ``DurationText``.
    static let duration: JSONValue = [
        "type": "string", "pattern": "^0*[1-9][0-9]*(?:ms|s|m|h|d)$", "examples": ["250ms", "30s", "5m", "2h"],
    ]

    /// The units of ``ByteCount``.
    static let size: JSONValue = [
        "anyOf": [
            [
                "type": "string", "pattern": "^0*[1-9][0-9]*(?:[kMGT]?B|[KMGT]iB)?$",
                "examples": ["64KiB", "512MiB", "2GiB"],
            ],
            ["type": "integer", "minimum": 1],
        ]
    ]

    /// A text with `${name}` placeholders, as ``Template`` reads it.
    static let template: JSONValue = [
        "type": "string", "pattern": #"^(?:[^$]|\$\$\{|\$\{[^}]+\}|\$(?!\{|\$\{))*$"#,
    ]

    // MARK: - Rules

    /// JSONLogic: an object with one operator.
    static var rule: JSONValue {
        let operators = RuleOperator.allCases.map { ($0.rawValue, arguments(of: $0)) }
        return [
            "type": "object",
            "description": "A rule: one operator with its values, such as { \">\": [{ var: count }, 3] }.",
            "properties": .object(JSONObject(operators)), "additionalProperties": false, "minProperties": 1,
            "maxProperties": 1,
        ]
    }

    /// A value inside a rule: a rule again, a list of them, or itself.
    static let operand: JSONValue = [
        "if": ["type": "object", "minProperties": 1, "maxProperties": 1], "then": SchemaPart.reference("rule"),
        "else": ["if": ["type": "array"], "then": ["items": SchemaPart.reference("operand")]],
    ]

    private static func arguments(of name: RuleOperator) -> JSONValue {
        let about = JSONValue.string(RuleWords.about(name))
        let operand = SchemaPart.reference("operand")
        let range = name.argumentCount
        var list: JSONObject = ["type": "array", "items": operand]
        if range.lowerBound > 0 { list["minItems"] = .integer(Int64(range.lowerBound)) }
        if range.upperBound < .max { list["maxItems"] = .integer(Int64(range.upperBound)) }
        var single = operand
        if name == .variable {
            single = ["not": ["type": "boolean"], "allOf": [operand]]
            list["items"] = [single]
            list["additionalItems"] = operand
        }
        guard range.contains(1) else { return .object(["description": about] as JSONObject).merging(list) }
        return [
            "description": about, "if": ["type": "array"], "then": .object(list), "else": single,
        ]
    }

    // MARK: - Mappings

    /// What a parameter or a list may get: a variable, a value, or a rule.
    static let mapping: JSONValue = [
        "anyOf": [
            [
                "type": ["string", "number", "boolean", "null", "array"],
                "description": "The name of a variable, or else this value itself.",
            ],
            SchemaPart.reference("rule"),
            marked([:]),
        ]
    ]

    /// `{value: …}`: a value that is meant as it is.
    static func marked(_ schema: JSONValue) -> JSONValue {
        [
            "type": "object", "description": "This value as it is, whatever it looks like.",
            "properties": ["value": schema], "required": ["value"], "additionalProperties": false,
        ]
    }

    /// What a guard may be.
    static let condition: JSONValue = [
        "anyOf": [
            ["type": "boolean"],
            SchemaPart.reference("variable_name"),
            SchemaPart.reference("rule"),
            marked(["type": "boolean"]),
        ]
    ]
}

extension JSONValue {
    /// The object with further members; itself when it is none.
    fileprivate func merging(_ others: JSONObject) -> JSONValue { objectValue.map { .object($0.with(others)) } ?? self }
}
