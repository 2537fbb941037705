internal import LockstepJSON
internal import LockstepModel

/// The schema of tool files. Nothing in it depends on the project.
enum ToolFileSchema {
    static func document() -> JSONValue {
        SchemaPart.document(
            "A Lockstep tool",
            root,
            definitions: [
                "name": CommonParts.name, "duration": CommonParts.duration, "size": CommonParts.size,
                "template": CommonParts.template, "schema": ValueSchemaPart.definition,
                "command_item": commandItem, "repeated_item": repeatedItem, "parameter": parameter,
                "output": ToolOutputPart.output, "resources": resources, "sandbox": sandbox,
            ]
        )
    }

    private static var root: JSONValue {
        .object(
            SchemaPart.object(
                nil,
                [
                    "tool_id": SchemaPart.reference(
                        "name",
                        "The same as the name of the file, or of the tool's folder."
                    ),
                    "name": SchemaPart.text("What people call the tool."),
                    "version": SchemaPart.text(
                        "The version, in quotes when it could be a number.",
                        examples: ["1.0.0"]
                    ),
                    "description": SchemaPart.text("What it does."),
                    "command": command,
                    "parameters": names("What it is given.", "parameter"),
                    "outputs": names("What it gives back, and where that is found.", "output"),
                    "stdin": SchemaPart.reference("template", "What it reads on standard input."),
                    "env": SchemaPart.entries(
                        "Environment variables.",
                        names: ["pattern": "^(?!LOCKSTEP_)[A-Za-z_][A-Za-z0-9_]{0,99}$"],
                        SchemaPart.reference("template")
                    ),
                    "secrets": secrets,
                    "exit_codes": exitCodes,
                    "progress": progress,
                    "stub": [
                        "type": "object",
                        "description": "What the tests of workflows get by output, unless they say it themselves.",
                    ],
                    "estimated_cost": estimatedCost,
                    "idempotent": SchemaPart.flag("Whether it may be started a second time by itself.", default: true),
                    "cache": SchemaPart.flag("Whether a later run may use its earlier results.", default: true),
                    "sandbox": SchemaPart.reference("sandbox", "What it needs beyond its inputs and its work folder."),
                    "resources": SchemaPart.reference("resources", "Its limits, in place of the standard ones."),
                ],
                required: ["tool_id", "name", "version", "command"]
            )
        )
    }

    private static func names(_ about: String, _ definition: String) -> JSONValue {
        SchemaPart.entries(about, names: SchemaPart.reference("name"), SchemaPart.reference(definition))
    }

    // MARK: - Command and parameters

    private static let command: JSONValue = [
        "type": "array",
        "description": "The program and its arguments as they are, never through a shell; ${name} is a parameter.",
        "minItems": 1,
        "items": [
            [
                "type": "string", "description": "The program; `/tool/…` is a file of the tool's own folder.",
                "pattern": #"^(?:[^$]|\$\$\{|\$(?!\{|\$\{))+$"#,
            ]
        ],
        "additionalItems": SchemaPart.reference("command_item"),
    ]

    private static let group: JSONValue = [
        "type": "array",
        "description": "Arguments that are left out together when a parameter among them has no value or is false.",
        "items": SchemaPart.reference("template"), "minItems": 1,
    ]

    private static let commandItem: JSONValue = [
        "anyOf": [
            SchemaPart.reference("template"), group,
            .object(
                SchemaPart.object(
                    "Arguments that come once for each item of a list.",
                    [
                        "repeat": SchemaPart.list(
                            "What is repeated.",
                            of: SchemaPart.reference("repeated_item"),
                            atLeast: 1
                        ),
                        "over": SchemaPart.text("The parameter that is the list; inside, it is the item."),
                    ],
                    required: ["repeat", "over"]
                )
            ),
        ]
    ]

    private static let repeatedItem: JSONValue = ["anyOf": [SchemaPart.reference("template"), group]]

    private static var parameter: JSONValue {
        let isList: JSONValue = [
            "properties": [
                "schema": [
                    "type": "object",
                    "anyOf": [
                        SchemaPart.having("$ref"),
                        [
                            "properties": [
                                "type": [
                                    "anyOf": [["const": "array"], ["type": "array", "contains": ["const": "array"]]]
                                ]
                            ],
                            "required": ["type"],
                        ],
                    ],
                ],
                "pass": false,
            ],
            "required": ["schema"],
        ]
        var object = SchemaPart.object(
            "An input of the tool.",
            [
                "required": SchemaPart.flag("Whether a call needs a value.", default: false),
                "default": ["description": "The value when none is given; it fits the schema."],
                "description": SchemaPart.text("What it means."),
                "schema": SchemaPart.reference("schema", "What values are allowed; any, without one."),
                "pass": [
                    "const": "file",
                    "description": "The placeholder becomes the path of a read-only file that holds the value.",
                ],
                "separator": SchemaPart.text("Makes one text of a list, with this between its items."),
            ]
        )
        object["dependencies"] = ["separator": isList]
        return .object(object)
    }

    // MARK: - Environment, exit, progress

    private static let secrets: JSONValue = [
        "type": "array", "description": "Secrets that it finds as environment variables of the same names.",
        "items": SchemaPart.text("The name of a secret.", pattern: secretPattern),
        "uniqueItems": true, "maxItems": .integer(Int64(SecretName.limit)),
    ]

    /// The rule of ``SecretName``.
    private static var secretPattern: String {
        let reserved = SecretName.reserved.sorted().map { $0 + "$" } + SecretName.reservedBeginnings
        return "^(?!\(reserved.joined(separator: "|")))[A-Za-z_][A-Za-z0-9_]{0,99}$"
    }

    private static let exitCodes: JSONValue = .object(
        SchemaPart.object(
            "Which exit codes mean success.",
            [
                "success": SchemaPart.list(
                    "The exit codes that mean success; 0 alone, without it.",
                    of: SchemaPart.count("An exit code.", 0...255),
                    atLeast: 1
                )
            ],
            required: ["success"]
        )
    )

    private static let progress: JSONValue = .object(
        SchemaPart.object(
            "How far it is, read from what it writes.",
            [
                "pattern": SchemaPart.text(
                    "A regular expression with the groups (?<current>…) and (?<total>…), or (?<percent>…).",
                    pattern: #"\(\?<percent>|\(\?<current>[\s\S]*\(\?<total>|\(\?<total>[\s\S]*\(\?<current>"#
                )
            ],
            required: ["pattern"]
        )
    )

    private static let estimatedCost: JSONValue = [
        "description": "What a call costs, in quotes.",
        "anyOf": [
            ["type": "string", "pattern": #"^[0-9]{1,18}(?:\.[0-9]{1,18})?$"#, "examples": ["0.12"]],
            ["type": "integer", "minimum": 0],
        ],
    ]

    // MARK: - Sandbox and limits

    private static let sandbox: JSONValue = {
        let outside = #"(?!(?:[^/]*/)*\.\.(?:/|$))[\s\S]+$"#
        return .object(
            SchemaPart.object(
                nil,
                [
                    "network": SchemaPart.flag("Whether it may use the network.", default: false),
                    "read": SchemaPart.list(
                        "Files and folders of the machine that it may read.",
                        of: ["type": "string", "pattern": .string("^/" + outside)]
                    ),
                    "devices": SchemaPart.list(
                        "Devices that it may use.",
                        of: ["type": "string", "pattern": .string("^/dev/" + outside)]
                    ),
                    "debug": SchemaPart.flag(
                        "Whether it may trace its own processes, as debuggers do.",
                        default: false
                    ),
                ]
            )
        )
    }()

    private static let resources: JSONValue = {
        let usual = ResourceLimits.standard
        func duration(_ about: String, _ value: DurationText) -> JSONValue {
            SchemaPart.reference("duration", about, default: .string(value.description))
        }
        func size(_ about: String, _ value: ByteCount) -> JSONValue {
            SchemaPart.reference("size", about, default: .string(value.description.filter { $0 != " " }))
        }
        return .object(
            SchemaPart.object(
                nil,
                [
                    "wall": duration("Time from start to end.", usual.wall),
                    "grace": duration("Time between asking a step to end and making it.", usual.grace),
                    "memory": size("All its processes together.", usual.memory),
                    "processes": SchemaPart.count(
                        "Processes and threads at one time.",
                        1...1_000_000,
                        default: usual.processes
                    ),
                    "open_files": SchemaPart.count(
                        "Open files of one process.",
                        16...1_000_000,
                        default: usual.openFiles
                    ),
                    "file_size": size("The largest file that may be written.", usual.fileSize),
                    "work_size": size("Everything in the work folder, and separately in /tmp.", usual.workSize),
                    "work_files": SchemaPart.count(
                        "Files and folders in the work folder.",
                        1...100_000_000,
                        default: usual.workFiles
                    ),
                    "log_size": size("What is kept of each of standard output and standard error.", usual.logSize),
                ]
            )
        )
    }()
}
