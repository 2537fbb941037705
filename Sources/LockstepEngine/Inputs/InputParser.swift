internal import LockstepExecution
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

/// Parses what somebody gave for one variable by the variable's schema.
struct InputParser {
    let mediaTypes: LazyMediaTypes

    /// A value, or files that are yet to be stored.
    enum Parsed {
        case value(JSONValue)
        case files([InputFile], isList: Bool)
    }

    /// - Parameter inputs: At least one; several only make sense for lists, and are joined in order.
    func parse(_ inputs: [GivenInput], for variable: InputVariable) throws(InputProblem) -> Parsed {
        let schema = variable.schema
        let isList = schema.types == [.array]
        guard inputs.count == 1 || isList else {
            throw InputProblem("was given \(inputs.count) times, but it is one value; give it once.")
        }
        let parsed: Parsed
        if schema.isFile || schema.isFileList {
            var files: [InputFile] = []
            for input in inputs {
                for path in try paths(in: input, isList: schema.isFileList) {
                    files.append(try InputFile(path: path, mediaTypes: mediaTypes, declaredType: input.declaredType))
                }
            }
            parsed = .files(files, isList: schema.isFileList)
        } else {
            var values: [JSONValue] = []
            for input in inputs {
                switch input.value {
                case .json(let value): values.append(value)
                case .text(let text): values.append(try value(of: text, schema: schema))
                }
            }
            parsed = .value(inputs.count == 1 ? values[0] : .array(values.flatMap { $0.arrayValue ?? [$0] }))
        }
        try check(parsed, schema)
        return parsed
    }

    private func paths(in input: GivenInput, isList: Bool) throws(InputProblem) -> [String] {
        func absolute(_ path: String) throws(InputProblem) -> String {
            guard !path.isEmpty else { throw InputProblem("is empty; give the path of a file.") }
            return path.hasPrefix("/") ? path : input.folder + "/" + path
        }
        switch input.value {
        case .text(let text) where isList && text.hasPrefix("["):
            guard let items = try? JSONValue(parsing: text).arrayValue else { return [try absolute(text)] }
            return try paths(
                in: GivenInput(name: input.name, value: .json(.array(items)), folder: input.folder),
                isList: true
            )
        case .text(let path), .json(.string(let path)):
            return [try absolute(path)]
        case .json(.array(let items)) where isList:
            var paths: [String] = []
            for item in items {
                guard let path = item.stringValue else {
                    throw InputProblem("must be a list of paths; one item is a \(item.kind).")
                }
                paths.append(try absolute(path))
            }
            return paths
        case .json(let value):
            throw InputProblem("must be \(isList ? "a list of paths" : "the path of a file"); it is a \(value.kind).")
        }
    }

    private func value(of text: String, schema: ValueSchema) throws(InputProblem) -> JSONValue {
        if schema.types == [.string] { return .string(text) }
        let json = Result { () throws(JSONSyntaxError) in try JSONValue(parsing: text) }
        switch json {
        case .success(let value):
            if schema.accepts(value) { return value }
            let isText = schema.types.contains(.string) || schema.accepts(.string(text))
            return isText ? .string(text) : value
        case .failure(let error):
            if schema.types.isEmpty || schema.types.contains(.string) || schema.enumeration != nil {
                return .string(text)
            }
            let wanted = schema.typesShown
            if schema.types.isSubset(of: [.array, .object]) {
                throw InputProblem("must be \(wanted) in JSON, such as '[\"a\", \"b\"]'; \(error.message).")
            }
            throw InputProblem("must be \(wanted); it is \(JSONValue.string(text).shown).")
        }
    }

    private func check(_ parsed: Parsed, _ schema: ValueSchema) throws(InputProblem) {
        let value: JSONValue
        switch parsed {
        case .value(let plain): value = plain
        case .files(let files, let isList):
            let wantsContent = !schema.mimeTypes.isEmpty || schema.items?.value.mimeTypes.isEmpty == false
            if wantsContent, let empty = files.first(where: { $0.size == 0 }) {
                throw InputProblem("\(empty.path) is empty; give a file with content.")
            }
            let values = files.map { $0.value(id: AssetID("file_new")).json }
            value = isList ? .array(values) : values.first ?? .null
        }
        let violations = schema.violations(in: value)
        guard violations.isEmpty else {
            throw InputProblem(
                violations.prefix(5).map { ($0.pointer.tokens.isEmpty ? "" : "\($0.pointer): ") + $0.message }
                    .joined(separator: "; ")
            )
        }
        guard JSONWriter.bytes(value).count <= Int(ResourceLimits.valueSize.bytes) else {
            throw InputProblem("is larger than \(ResourceLimits.valueSize), the most one value may take; use a file.")
        }
    }
}
