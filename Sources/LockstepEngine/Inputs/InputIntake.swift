internal import LockstepExecution
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

/// Turns what somebody gave into values of a workflow's input variables, and files into stored bytes.
///
/// First everything is looked at and every mistake found; files are copied only when there is none.
struct InputIntake {
    let variables: [InputVariable]
    /// Where files are copied to; nil leaves them where they are.
    let blobs: BlobStore?
    let mediaTypes: LazyMediaTypes
    /// Knows files that were copied before.
    var memory: StoredFiles?

    /// What the inputs became.
    struct Taken {
        /// By variable id, in the order of the definition; defaults included.
        var values: JSONObject = [:]
        /// What is wrong: names that are no input first, then by variable in the order of the definition.
        var errors: [FieldError] = []
        /// The files among the values, with the variable that each belongs to.
        var files: [(variable: String, file: FileValue)] = []
    }

    /// What the inputs would become; files are open, but not read.
    struct Looked {
        /// By variable id; without defaults.
        var parsed: [String: InputParser.Parsed] = [:]
        /// As those of ``Taken``.
        var errors: [FieldError] = []
        /// What the machine could not do; its message is among the errors.
        var failure: StoreError?
    }

    /// Finds every mistake without reading what is in files, and without keeping anything.
    func look(at given: [GivenInput], existing: JSONObject = [:], requiresAll: Bool = false) -> Looked {
        var looked = Looked()
        var inputs: [String: [GivenInput]] = [:]
        for input in given {
            if let variable = variables.named(input.name) {
                inputs[variable.id, default: []].append(input)
            } else {
                looked.errors.append(FieldError(field: input.name, message: variables.refusal(of: input.name)))
            }
        }
        let parser = InputParser(mediaTypes: mediaTypes)
        for variable in variables {
            if let inputs = inputs[variable.id] {
                do throws(InputProblem) {
                    looked.parsed[variable.id] = try parser.parse(inputs, for: variable)
                } catch {
                    looked.errors.append(FieldError(field: variable.id, message: error.message))
                    looked.failure = looked.failure ?? error.failure
                }
            } else if requiresAll, let message = missing(variable, existing) {
                looked.errors.append(FieldError(field: variable.id, message: message))
            }
        }
        return looked
    }

    /// - Parameters:
    ///   - existing: Values that were set earlier, by variable id; given ones replace them.
    ///   - requiresAll: Whether a required variable without value is a mistake now.
    func take(
        _ given: [GivenInput],
        existing: JSONObject = [:],
        requiresAll: Bool,
        newAssetID: () -> AssetID
    ) throws(StoreError) -> Taken {
        let looked = look(at: given, existing: existing, requiresAll: requiresAll)
        if let failure = looked.failure { throw failure }
        let parsed = looked.parsed
        var taken = Taken()
        taken.errors = looked.errors
        for variable in variables {
            switch parsed[variable.id] {
            case .value(let value): taken.values[variable.id] = value
            case .files(let files, let isList):
                guard taken.errors.isEmpty else { continue }
                let values = try store(files, newAssetID: newAssetID)
                taken.files += values.map { (variable.id, $0) }
                taken.values[variable.id] = isList ? .array(values.map(\.json)) : values.first?.json
            case nil: taken.values[variable.id] = existing[variable.id] ?? variable.defaultValue
            }
        }
        return taken
    }

    private func missing(_ variable: InputVariable, _ existing: JSONObject) -> String? {
        guard variable.isRequired, variable.defaultValue == nil, existing[variable.id] == nil else { return nil }
        return "is required and was not given; add -i \(variable.name)=\(Self.placeholder(for: variable))"
    }

    /// What stands for a variable's value in an example: `PATH` or `VALUE`.
    static func placeholder(for variable: InputVariable) -> String {
        variable.schema.isFile || variable.schema.isFileList ? "PATH" : "VALUE"
    }

    private func store(_ files: [InputFile], newAssetID: () -> AssetID) throws(StoreError) -> [FileValue] {
        var values: [FileValue] = []
        for file in files {
            let blob = try file.store(in: blobs, memory: memory)
            values.append(
                FileValue(
                    assetID: newAssetID(),
                    name: file.name,
                    mimeType: file.mimeType,
                    size: blob.size,
                    sha256: blob.sha256
                )
            )
        }
        return values
    }
}

extension [InputVariable] {
    /// Why a name is refused that is no input, with the nearest one that is; the rest of a sentence that begins with the name.
    func refusal(of name: String) -> String {
        guard !isEmpty else { return "is no input here; this workflow takes none" }
        let known = flatMap { [$0.name, $0.id] }
        let nearest = EditDistance.nearest(to: name, among: known).map { "; did you mean \($0)?" } ?? "."
        let all = map { $0.name == $0.id ? $0.name : "\($0.name) (\($0.id))" }.joined(separator: ", ")
        return "is no input of this workflow\(nearest) It takes: \(all)"
    }
}
