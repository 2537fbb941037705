internal import LockstepJSON
internal import LockstepModel

/// An entry of a tool's `outputs`.
enum ToolOutputPart {
    static var output: JSONValue {
        let sources = ["path", "stdout", "stderr", "exit_code", "directory"]
        var object = SchemaPart.object(
            "A result of the tool, and where it is found.",
            [
                "path": [
                    "description": "A file in the work folder; `*` stands for several, a list for these.",
                    "anyOf": [path, ["type": "array", "items": path, "minItems": 1]],
                ],
                "stdout": stream("What it writes to standard output."),
                "stderr": stream("What it writes to standard error."),
                "exit_code": ["const": true, "description": "The exit code."],
                "directory": ["description": "A folder in the work folder, kept as a tar file.", "allOf": [path]],
                "schema": SchemaPart.reference("schema", "What the value is like; without one, what its source gives."),
                "asset_type": SchemaPart.text("What a file is for people.", examples: ["text", "thumbnail"]),
                "description": SchemaPart.text("What it means."),
                "optional": SchemaPart.flag("Whether it may be missing after success.", default: false),
                "pointer": pointer,
                "last_json": lastJSON,
                "name": fileName,
            ]
        )
        object["oneOf"] = .array(sources.map(SchemaPart.having))
        object["dependencies"] = ["pointer": reads(json), "last_json": reads(json), "name": reads(file)]
        return .object(object)
    }

    /// Relative, below the work folder, without `.`, `..` and empty names.
    private static let path: JSONValue = [
        "type": "string", "pattern": #"^(?!\.{1,2}(?:/|$))[^/]+(?:/(?!\.{1,2}(?:/|$))[^/]+)*$"#,
        "allOf": [SchemaPart.reference("template")],
    ]

    private static let pointer = SchemaPart.text(
        "The part of the JSON document that is meant, such as `/pages/0`.",
        pattern: "^(?:/(?:[^~/]|~[01])*)*$"
    )
    private static let lastJSON = SchemaPart.flag(
        "Whether the last JSON document is meant, whatever stands before it.",
        default: false
    )
    /// A single component of a path.
    private static let fileName = SchemaPart.text(
        "What the file is called that holds the stream.",
        pattern: #"^(?!\.{1,2}$)[^/]+$"#
    )

    private static func stream(_ about: String) -> JSONValue {
        let formats = ["text", "json", "lines", "file"]
        var long = SchemaPart.object(
            nil,
            ["format": SchemaPart.word(oneOf: formats, default: "json"), "pointer": pointer, "last_json": lastJSON]
        )
        long["minProperties"] = 1
        let needsJSON: JSONValue = ["properties": ["format": ["const": "json"]]]
        long["dependencies"] = ["pointer": needsJSON, "last_json": needsJSON]
        return ["description": .string(about), "anyOf": [SchemaPart.word(oneOf: formats), .object(long)]]
    }

    private static let json: JSONValue = [
        "anyOf": [["const": "json"], ["type": "object", "properties": ["format": ["const": "json"]]]]
    ]
    private static let file: JSONValue = [
        "anyOf": [
            ["const": "file"], ["type": "object", "properties": ["format": ["const": "file"]], "required": ["format"]],
        ]
    ]

    /// Outputs that read a stream in some way.
    private static func reads(_ format: JSONValue) -> JSONValue {
        .object([
            "anyOf": .array(
                ["stdout", "stderr"].map { ["properties": [$0: format], "required": [.string($0)]] }
            )
        ])
    }
}
