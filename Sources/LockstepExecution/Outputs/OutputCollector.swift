internal import Glibc
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

/// Takes a step's declared outputs out of its work folder and logs, when every process of the step is dead.
///
/// What the tool left is not trusted: nothing is opened through a link, nothing but regular files is read, and every
/// size and count has a limit. Bytes are copied, never moved: a descriptor that leaked could change a moved file later.
struct OutputCollector: Sendable {
    let invocation: StepInvocation
    let report: ExitReport
    let layout: AttemptLayout
    let blobs: BlobStore
    let mediaTypes: LazyMediaTypes
    let screen: SecretScreen

    /// All outputs, or everything that is wrong with them in one failure.
    func collect() -> Result<[String: OutputValue], CollectionProblem> {
        guard let root = OpenFolder(path: layout.work) else {
            if errno != EACCES { return .failure(.execution(.storage("open \(layout.work)", code: errno))) }
            // The folder is the tool's own: what it does to it is its failure and not this machine's.
            return .failure(
                .broken(
                    "the tool left its work folder without permissions, so nothing in it can be read; correct the tool."
                )
            )
        }
        let folder = WorkFolder(root: root)
        var values: [String: OutputValue] = [:]
        var failures: [StepFailure] = []
        for output in invocation.outputs {
            do throws(CollectionProblem) {
                let value = try value(of: output, in: folder)
                try refuseSecrets(in: value, of: output)
                values[output.name] = value
            } catch {
                switch error {
                case .step(let failure): failures.append(failure)
                case .execution: return .failure(error)
                }
            }
        }
        guard let first = failures.first else { return .success(values) }
        return .failure(.step(StepFailure(first.code, failures.map(\.message).joined(separator: " Also: "))))
    }

    private func value(of output: Output, in folder: WorkFolder) throws(CollectionProblem) -> OutputValue {
        switch output.source {
        case .path(let text) where output.source.isGlob && output.schema.isFile:
            try onlyFile(matching: text, for: output, in: folder)
        case .path(let text) where output.source.isGlob: try files(matching: [text], for: output, in: folder)
        case .paths(let texts): try files(matching: texts, for: output, in: folder)
        case .path(let text): try single(text, for: output, in: folder)
        case .directory(let text): try archive(text, for: output, in: folder)
        case .stream(let stream, .file(let name)): try self.file(of: stream, named: name, for: output)
        case .stream(let stream, let reading): try self.stream(stream, reading, for: output)
        case .exitCode: .value(.integer(Int64(report.ending.exitCode ?? 128 + (report.ending.signal ?? 0))))
        }
    }
}

// MARK: - Files

extension OutputCollector {
    private func single(_ text: String, for output: Output, in folder: WorkFolder) throws(CollectionProblem)
        -> OutputValue
    {
        try single(try workPath(text, for: output), named: text, for: output, in: folder)
    }

    private func single(
        _ path: WorkPath,
        named text: String,
        for output: Output,
        in folder: WorkFolder
    ) throws(CollectionProblem) -> OutputValue {
        switch folder.find(path) {
        case .missing: return try missing(text, for: output, in: folder)
        case .refused(let reason): throw .broken("output `\(output.name)`: \(path.shown) \(reason).")
        case .folder:
            throw .broken("output `\(output.name)`: \(path.shown) is a folder; use `directory:` to keep a folder.")
        case .file(let descriptor, let size):
            defer { close(descriptor) }
            if output.schema.isFile {
                return .file(try store(descriptor, size: size, path: path, schema: output.schema, output: output))
            }
            let bytes = try valueBytes(descriptor, size: size, shown: path.shown, output: output)
            return .value(try value(bytes, from: path.shown, for: output))
        }
    }

    private func paths(
        matching text: String,
        of output: Output,
        in folder: WorkFolder
    ) throws(CollectionProblem) -> [WorkPath] {
        guard let pattern = GlobPattern(text) else { throw badPath(text, of: output) }
        return try pattern.matches(in: folder)
    }

    /// The one file that a glob matches.
    private func onlyFile(matching text: String, for output: Output, in folder: WorkFolder) throws(CollectionProblem)
        -> OutputValue
    {
        let paths = try paths(matching: text, of: output, in: folder)
        guard paths.count > 1 else {
            guard let path = paths.first else { return try missing(text, for: output, in: folder) }
            return try single(path, named: text, for: output, in: folder)
        }
        let list = paths.prefix(5).map(\.shown).joined(separator: ", ")
        throw .broken(
            "output `\(output.name)`: `\(PlainText.escaped(text))` must match one file, but \(paths.count) do: \(list)"
                + "\(paths.count > 5 ? ", …" : ""). Use a narrower pattern, or a schema of `type: array`."
        )
    }

    private func files(matching texts: [String], for output: Output, in folder: WorkFolder) throws(CollectionProblem)
        -> OutputValue
    {
        var paths: [WorkPath] = []
        for text in texts {
            for path in try self.paths(matching: text, of: output, in: folder) where !paths.contains(path) {
                paths.append(path)
            }
        }
        if paths.isEmpty, output.isOptional { return .missing }
        if paths.isEmpty, (output.schema.minItems ?? 1) > 0 {
            return try missing(texts.joined(separator: "`, `"), for: output, in: folder)
        }
        var files: [CollectedFile] = []
        let schema = output.schema.items?.value ?? ValueSchema()
        for path in paths {
            switch folder.find(path) {
            case .file(let descriptor, let size):
                defer { close(descriptor) }
                files.append(try store(descriptor, size: size, path: path, schema: schema, output: output))
            case .refused(let reason): throw .broken("output `\(output.name)`: \(path.shown) \(reason).")
            case .missing, .folder: throw .broken("output `\(output.name)`: \(path.shown) is not a regular file.")
            }
        }
        return .files(files)
    }

    func store(
        _ descriptor: Int32,
        size: Int64,
        path: WorkPath,
        schema: ValueSchema,
        output: Output
    ) throws(CollectionProblem) -> CollectedFile {
        guard let name = path.storableName else {
            throw .broken(
                "output `\(output.name)`: the name \(path.shown) is not plain UTF-8 text; give the file another name."
            )
        }
        let limit = min(schema.maxSize ?? invocation.limits.fileSize, invocation.limits.fileSize)
        guard size <= limit.bytes else {
            throw .tooLarge(
                "output `\(output.name)`: \(path.shown) has \(ByteCount(size)), more than the \(limit) that max_size and "
                    + "resources.file_size allow."
            )
        }
        let found = try storing { () throws(StoreError) in try mediaTypes.get().mediaType(ofDescriptor: descriptor) }
        guard let mimeType = MediaTypeRule(schema.mimeTypes).accepted(found) else {
            throw .broken(
                "output `\(output.name)`: \(path.shown) is \(found), but its schema allows only "
                    + "\(schema.mimeTypes.joined(separator: ", "))."
            )
        }
        if screen.finds(inFile: descriptor) { throw .secret(in: path.shown, of: output) }
        let blob = try storing { () throws(StoreError) in
            try blobs.store(descriptor: descriptor, limit: limit, name: path.shown)
        }
        return CollectedFile(name: name, sha256: blob.sha256, size: blob.size, mimeType: mimeType)
    }
}
