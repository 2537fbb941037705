internal import LockstepExecution
internal import LockstepJSON
internal import LockstepModel

/// Turns a step's mappings and the job's variables into what the executor runs.
///
/// Pure: paths of assets are given, nothing is opened. Everything that would make the step fail before it starts is found
/// together.
struct StepPreparation {
    let step: WorkflowStep
    let tool: Tool
    /// The job's variables that have a value, by name.
    let variables: [String: JSONValue]
    /// Absolute path of the bytes of a content.
    let blobPath: (_ sha256: String) -> String

    /// What a tool gets, resolved.
    struct Prepared {
        var command: [String]
        var environment: [String: String]
        var stdin: StepInput?
        var inputs: [StepInputFile]
        /// What to collect, with placeholders filled.
        var outputs: [Output]
        /// What each parameter has that has a value, in the tool's order.
        var values: [(parameter: Parameter, value: JSONValue)]
    }

    /// - Throws: Why the step cannot start, with the step, the parameter and the remedy.
    func prepare() throws(StepFailure) -> Prepared {
        var arguments: [String: ArgumentValue] = [:]
        var inputs: [StepInputFile] = []
        var values: [(parameter: Parameter, value: JSONValue)] = []
        var problems: [StepFailure] = []
        for parameter in tool.parameters {
            do throws(StepFailure) {
                guard let value = try value(of: parameter) else { continue }
                arguments[parameter.name] = try argument(for: value, parameter, &inputs)
                values.append((parameter, value))
            } catch {
                problems.append(error)
            }
        }
        guard problems.isEmpty else {
            let code = Set(problems.map(\.code)).count == 1 ? problems[0].code : .validationError
            let reasons = problems.map(\.message).joined(separator: " ")
            throw StepFailure(code, "Step \(step.id) was not started: \(reasons)")
        }
        let expansion = CommandExpansion(
            stepID: step.id,
            arguments: arguments,
            parameters: Set(tool.parameters.map(\.name))
        )
        var environment: [String: String] = [:]
        for (name, template) in tool.environment {
            environment[name] = try expansion.text(of: template, in: "environment variable \(name)")
        }
        return Prepared(
            command: try expansion.command(tool.command),
            environment: environment,
            stdin: try tool.stdin.flatMap { (template) throws(StepFailure) in try expansion.stdin(template) },
            inputs: inputs,
            outputs: try expansion.outputs(tool.outputs),
            values: values
        )
    }

    /// The mapped value, else the default; nil when there is neither.
    func value(of parameter: Parameter) throws(StepFailure) -> JSONValue? {
        let mapping = step.parameterMappings.first { $0.parameter == parameter.name }?.mapping
        var value: JSONValue?
        do throws(RuleError) { value = try mapping?.value(in: variables) } catch {
            throw StepFailure(.validationError, "parameter \(parameter.name): \(error.message)")
        }
        if value == nil || value == .null { value = parameter.defaultValue ?? value }
        guard let value, value != .null || parameter.schema.types.contains(.null) else {
            guard !parameter.isRequired else {
                throw StepFailure(
                    .validationError,
                    "its tool \(tool.id) requires \(parameter.name), which has no value."
                )
            }
            return nil
        }
        let violations = parameter.schema.violations(in: value)
        if let first = violations.first {
            let place = first.pointer.tokens.isEmpty ? "" : " at \(first.pointer)"
            throw StepFailure(.validationError, "parameter \(parameter.name)\(place) \(first.message).")
        }
        return value
    }

    func argument(
        for value: JSONValue,
        _ parameter: Parameter,
        _ inputs: inout [StepInputFile]
    ) throws(StepFailure) -> ArgumentValue {
        let folder = "/in/\(parameter.name)"
        if parameter.schema.isFile, let file = FileValue(json: value) {
            let path = "\(folder)/\(file.name)"
            inputs.append(StepInputFile(.host(blobPath(file.sha256)), path: path))
            return ArgumentValue(.text(path), content: .file(blobPath(file.sha256)), json: value)
        }
        if parameter.schema.isFileList, let items = value.arrayValue {
            var paths: [String] = []
            for (index, item) in items.enumerated() {
                guard let file = FileValue(json: item) else { continue }
                let path = "\(folder)/\(index + 1)/\(file.name)"
                inputs.append(StepInputFile(.host(blobPath(file.sha256)), path: path))
                paths.append(path)
            }
            return ArgumentValue(.list(paths), json: value).joined(by: parameter.separator)
        }
        let bytes = value.stringValue.map { Array($0.utf8) } ?? JSONWriter.bytes(value)
        guard bytes.count <= Int(ResourceLimits.valueSize.bytes) else {
            throw StepFailure(
                .resourceLimit,
                "parameter \(parameter.name) is \(ByteCount(Int64(bytes.count)).shown(beside: ResourceLimits.valueSize)), more than the "
                    + "\(ResourceLimits.valueSize) that one value may take; pass it as a file."
            )
        }
        if parameter.passesAsFile {
            let path = "\(folder)/\(parameter.name).\(value.stringValue == nil ? "json" : "txt")"
            inputs.append(StepInputFile(.bytes(bytes), path: path))
            return ArgumentValue(.text(path), content: .bytes(bytes), json: value)
        }
        return ArgumentValue(of: value, remedy: remedy(for: parameter, bytes.count)).joined(by: parameter.separator)
    }

    /// What to do about a value that no argument may carry; nil for a value that fits.
    private func remedy(for parameter: Parameter, _ count: Int) -> String? {
        guard count > ResourceLimits.argumentSize.bytes else { return nil }
        let size = ByteCount(Int64(count)).shown(beside: ResourceLimits.argumentSize)
        return "parameter \(parameter.name) is \(size), and no value over "
            + "\(ResourceLimits.argumentSize) goes through the command line; in the tool \(tool.id) write `pass: file` "
            + "for this parameter, or give it on `stdin`."
    }
}
