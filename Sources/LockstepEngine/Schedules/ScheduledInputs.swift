internal import LockstepExecution
package import LockstepJSON
package import LockstepModel

/// Turns inputs that were typed for a schedule into values as its definition holds them.
package enum ScheduledInputs {
    /// - Returns: Values by variable id; a file by its absolute path, whether it is there yet or not.
    /// - Throws: `VALIDATION_ERROR` with everything that is wrong. Missing inputs are not; the schedule is checked as a whole.
    package static func values(
        of given: [GivenInput],
        for variables: [InputVariable]
    ) throws(JobError) -> JSONObject {
        var values = JSONObject()
        var problems: [FieldError] = []
        var byVariable: [String: [GivenInput]] = [:]
        for input in given {
            guard let variable = variables.named(input.name) else {
                // Left in, so that the check of the schedule names it like every other mistake.
                if case .json(let value) = input.value { values[input.name] = value }
                if case .text(let text) = input.value { values[input.name] = .string(text) }
                continue
            }
            byVariable[variable.id, default: []].append(input)
        }
        let parser = InputParser(mediaTypes: LazyMediaTypes())
        for variable in variables {
            guard let inputs = byVariable[variable.id] else { continue }
            do throws(InputProblem) {
                values[variable.id] = try value(of: inputs, variable, parser)
            } catch {
                problems.append(FieldError(field: "inputs.\(variable.id)", message: error.message))
            }
        }
        guard problems.isEmpty else {
            throw JobError(.validationError, "The schedule was not added.", fields: problems)
        }
        return values
    }

    private static func value(
        of inputs: [GivenInput],
        _ variable: InputVariable,
        _ parser: InputParser
    ) throws(InputProblem) -> JSONValue? {
        guard variable.schema.isFile || variable.schema.isFileList else {
            guard case .value(let value) = try parser.parse(inputs, for: variable) else { return nil }
            return value
        }
        var paths: [JSONValue] = []
        for input in inputs {
            let path: String
            switch input.value {
            case .text(let text), .json(.string(let text)): path = text
            case .json: throw InputProblem("must be the path of a file")
            }
            guard !path.isEmpty else { throw InputProblem("is empty; give the path of a file.") }
            paths.append(.string(path.hasPrefix("/") ? path : "\(input.folder)/\(path)"))
        }
        return variable.schema.isFileList ? .array(paths) : paths.last
    }
}
