package import LockstepJSON

/// A program that steps run: its argument vector, typed parameters, and where its outputs come from.
package struct Tool: Sendable, Hashable {
    package var id: ToolID
    package var name: String
    package var version: String
    package var description: String
    /// The argument vector; the first item is the program. Never passed through a shell.
    package var command: [CommandItem]
    package var parameters: [Parameter]
    package var outputs: [Output]
    /// What the tool reads on standard input; nothing when nil.
    package var stdin: Template?
    /// Environment variables besides the standard ones, by name.
    package var environment: [String: Template]
    /// Exit codes that mean success; 0 when the file does not say.
    package var successExitCodes: Set<Int32>
    /// A regular expression on lines of output whose groups `current`/`total` or `percent` say how far the tool is.
    package var progressPattern: String?
    package var sandbox: SandboxRequest
    package var limits: ResourceLimits
    /// Outputs that a workflow test gives back instead of running the tool, by output name.
    package var stub: JSONObject?
    /// Whether a lost attempt may simply be tried again.
    package var isIdempotent: Bool
    /// Whether an equal step's result may be used again.
    package var mayCache: Bool
    /// Decimal money, as written.
    package var estimatedCost: String?
    /// Names of secrets that become environment variables of the same name.
    package var secrets: [String]
    /// The file's content; its canonical form is what a job is pinned to.
    package var definition: JSONValue
    /// Absolute path of the folder that carries the tool's own files, mounted at `/tool`; nil for a single-file tool.
    package var folder: String?

    package init(
        id: ToolID,
        name: String,
        version: String,
        description: String = "",
        command: [CommandItem],
        parameters: [Parameter] = [],
        outputs: [Output] = [],
        stdin: Template? = nil,
        environment: [String: Template] = [:],
        successExitCodes: Set<Int32> = [0],
        progressPattern: String? = nil,
        sandbox: SandboxRequest = SandboxRequest(),
        limits: ResourceLimits = .standard,
        stub: JSONObject? = nil,
        isIdempotent: Bool = true,
        mayCache: Bool = true,
        estimatedCost: String? = nil,
        secrets: [String] = [],
        definition: JSONValue = .null,
        folder: String? = nil
    ) {
        self.id = id
        self.name = name
        self.version = version
        self.description = description
        self.command = command
        self.parameters = parameters
        self.outputs = outputs
        self.stdin = stdin
        self.environment = environment
        self.successExitCodes = successExitCodes
        self.progressPattern = progressPattern
        self.sandbox = sandbox
        self.limits = limits
        self.stub = stub
        self.isIdempotent = isIdempotent
        self.mayCache = mayCache
        self.estimatedCost = estimatedCost
        self.secrets = secrets
        self.definition = definition
        self.folder = folder
    }

    package func parameter(_ name: String) -> Parameter? { parameters.first { $0.name == name } }
    package func output(_ name: String) -> Output? { outputs.first { $0.name == name } }
}

/// One place of a tool's argument vector.
package enum CommandItem: Sendable, Hashable {
    /// One argument, or several when it is a lone placeholder of a list.
    case argument(Template)
    /// Arguments that are left out together when a placeholder among them has no value or is false.
    case optionalGroup([Template])
    /// Items that come once for each item of a list parameter, which is that item's name inside.
    case repetition([CommandItem], over: String)
}

/// One typed input of a tool.
package struct Parameter: Sendable, Hashable {
    package var name: String
    package var description: String
    package var isRequired: Bool
    package var defaultValue: JSONValue?
    package var schema: ValueSchema
    /// `pass: file`: the placeholder becomes the path of a read-only file that holds the value.
    package var passesAsFile: Bool
    /// `separator`: a list becomes one text, its items with this between them.
    package var separator: String?

    package init(
        name: String,
        description: String = "",
        isRequired: Bool = false,
        defaultValue: JSONValue? = nil,
        schema: ValueSchema,
        passesAsFile: Bool = false,
        separator: String? = nil
    ) {
        self.separator = separator
        self.name = name
        self.description = description
        self.isRequired = isRequired
        self.defaultValue = defaultValue
        self.schema = schema
        self.passesAsFile = passesAsFile
    }
}

/// One typed result of a tool.
package struct Output: Sendable, Hashable {
    package var name: String
    package var description: String
    package var source: OutputSource
    package var schema: ValueSchema
    /// What the file is for people, such as `text` or `thumbnail`; only for outputs that become assets.
    package var assetType: String?
    /// An optional output may be missing after success.
    package var isOptional: Bool

    package init(
        name: String,
        description: String = "",
        source: OutputSource,
        schema: ValueSchema,
        assetType: String? = nil,
        isOptional: Bool = false
    ) {
        self.name = name
        self.description = description
        self.source = source
        self.schema = schema
        self.assetType = assetType
        self.isOptional = isOptional
    }
}
