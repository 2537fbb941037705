internal import ArgumentParser
internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel

/// `lockstep secrets list`.
struct SecretsListCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists secrets: where their values come from and which tools get them; never a value."
    )

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        let secrets = try await open.service.listSecrets(as: open.actor)
        if output.isJSON { return try console.print(["secrets": .array(secrets.map(\.json))]) }
        var table = Table([
            Table.Column("SECRET"), Table.Column("FROM", mayShrink: true), Table.Column("SET"),
            Table.Column("USED BY", mayShrink: true), Table.Column("WHY", mayShrink: true),
        ])
        for secret in secrets {
            let from = [secret.kind, secret.origin].compactMap(\.self).joined(separator: " ")
            let state = secret.isSet ? "✗ unusable" : "not set"
            table.add([
                Table.Cell(secret.name), secret.kind == nil ? Table.Cell(state, .red) : Table.Cell(from),
                Table.Cell(secret.setAt?.description ?? "–"),
                Table.Cell(secret.tools.isEmpty ? "–" : secret.tools.map(\.rawValue).joined(separator: ", ")),
                Table.Cell(secret.problem ?? ""),
            ])
        }
        try console.print(table)
        if secrets.isEmpty { console.note("There are no secrets. `lockstep secrets set NAME` sets one.") }
    }
}

extension SecretSummary {
    /// `{name, set, source, origin, set_at, used_by, problem}`; what is not known is left out.
    var json: JSONValue {
        var object: JSONObject = ["name": .string(name), "set": .bool(isSet)]
        object["source"] = kind.map { .string($0) }
        object["origin"] = origin.map { .string($0) }
        object["set_at"] = setAt.map { .string($0.description) }
        object["used_by"] = .array(tools.map { .string($0.rawValue) })
        object["problem"] = problem.map { .string($0) }
        return .object(object)
    }
}
