package import LockstepJSON

/// The definitions that a job uses beyond those of its own steps: the workflows it calls, and their tools, by digest.
package struct DefinitionPins: Sendable, Hashable {
    package var workflows: [WorkflowID: String]
    package var tools: [ToolID: String]

    package init(workflows: [WorkflowID: String], tools: [ToolID: String]) {
        self.workflows = workflows
        self.tools = tools
    }

    package var digests: [String] { Array(workflows.values) + Array(tools.values) }

    package var json: JSONValue {
        [
            "workflows": Self.json(workflows.map { ($0.key.rawValue, $0.value) }),
            "tools": Self.json(tools.map { ($0.key.rawValue, $0.value) }),
        ]
    }

    /// Reads ``json`` back.
    package init?(json: JSONValue) {
        guard let workflows = json["workflows"]?.objectValue, let tools = json["tools"]?.objectValue else { return nil }
        self.init(workflows: [:], tools: [:])
        for (name, digest) in workflows { self.workflows[WorkflowID(name)] = digest.stringValue }
        for (name, digest) in tools { self.tools[ToolID(name)] = digest.stringValue }
    }

    private static func json(_ digests: [(String, String)]) -> JSONValue {
        .object(JSONObject(digests.sorted { $0.0 < $1.0 }.map { ($0.0, .string($0.1)) }))
    }
}
