internal import LockstepExecution
internal import LockstepJSON

/// What one attempt of a step was given.
struct RecordedCall: Sendable {
    let parameters: JSONObject
    let command: [String]
    let environment: [String: String]
    let stdin: StepInput?

    init(_ invocation: StepInvocation) {
        parameters = invocation.parameters
        command = invocation.command
        environment = invocation.environment
        stdin = invocation.stdin
    }

    var commandJSON: JSONValue { .array(command.map { .string($0) }) }

    var environmentJSON: JSONValue {
        .object(JSONObject(environment.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    }

    /// What it read on standard input, as text; nil when there was nothing.
    var stdinJSON: JSONValue? {
        switch stdin {
        case nil: nil
        case .bytes(let bytes): .string(String(decoding: bytes, as: UTF8.self))
        case .file(let path): TestFileContent.text(at: path).map { .string($0) }
        }
    }
}
