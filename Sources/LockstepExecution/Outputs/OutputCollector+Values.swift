internal import Glibc
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

// MARK: - Values

extension OutputCollector {
    /// The content of a small file: text for a string, else a JSON document.
    func value(_ bytes: [UInt8], from shown: String, for output: Output) throws(CollectionProblem) -> JSONValue {
        guard output.schema.types != [.string] else {
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw .broken(
                    "output `\(output.name)`: \(shown) is not valid UTF-8 text; declare it as a file instead."
                )
            }
            return .string(text)
        }
        do {
            return try JSONValue(parsing: bytes)
        } catch {
            throw .broken(
                "output `\(output.name)`: \(shown) is not a JSON document: \(error.message) at byte \(error.offset)."
            )
        }
    }

    func valueBytes(
        _ descriptor: Int32,
        size: Int64,
        shown: String,
        output: Output
    ) throws(CollectionProblem) -> [UInt8] {
        guard size <= ResourceLimits.valueSize.bytes else { throw tooLong(shown, size, output) }
        let bytes = SmallFile.read(descriptor: descriptor, from: 0, limit: Int(ResourceLimits.valueSize.bytes) + 1)
        guard bytes.count <= ResourceLimits.valueSize.bytes else { throw tooLong(shown, Int64(bytes.count), output) }
        return bytes
    }

    private func tooLong(_ shown: String, _ size: Int64, _ output: Output) -> CollectionProblem {
        .tooLarge(
            "output `\(output.name)`: \(shown) has \(ByteCount(size)), but a value may take at most "
                + "\(ResourceLimits.valueSize); declare the output with the schema type `file`."
        )
    }

    func stream(
        _ stream: StandardStream,
        _ reading: StreamReading,
        for output: Output
    ) throws(CollectionProblem) -> OutputValue {
        let shown = stream.shown
        let file = try whole(stream, for: output)
        defer { close(file) }
        let size = stream == .stdout ? report.usage.stdoutBytes : report.usage.stderrBytes
        var bytes = try valueBytes(file, size: size, shown: shown, output: output)
        switch reading {
        case .file: throw badPath(shown, of: output)
        case .text:
            if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
            return .value(.string(try text(bytes, shown, output)))
        case .lines:
            if bytes.last == UInt8(ascii: "\n") {
                bytes.removeLast()
            } else if bytes.isEmpty {
                return .value(.array([]))
            }
            var lines: [JSONValue] = []
            for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
                let end = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
                lines.append(.string(try text(Array(end), shown, output)))
            }
            return .value(.array(lines))
        case .json(let pointer, let takesLast):
            let document = takesLast ? JSONValue.last(in: bytes) : try value(bytes, from: shown, for: output.asAny)
            guard let document else { throw .broken("output `\(output.name)`: \(shown) holds no JSON document.") }
            if let value = pointer.resolve(in: document) { return .value(value) }
            if output.isOptional { return .missing }
            throw .broken("output `\(output.name)`: the JSON document in \(shown) has no value at \(pointer).")
        }
    }

    /// What the tool wrote to a stream as a file of the store.
    func file(
        of stream: StandardStream,
        named name: String,
        for output: Output
    ) throws(CollectionProblem) -> OutputValue {
        // Before anything of it is in the store.
        guard !report.masked.contains(stream) else { throw .secret(in: stream.shown, of: output) }
        let file = try whole(stream, for: output)
        defer { close(file) }
        let size = stream == .stdout ? report.usage.stdoutBytes : report.usage.stderrBytes
        let path = try workPath(name, for: output)
        return .file(try store(file, size: size, path: path, schema: output.schema, output: output))
    }

    /// An open stream of which everything was kept.
    private func whole(_ stream: StandardStream, for output: Output) throws(CollectionProblem) -> Int32 {
        guard !report.truncated.contains(stream) else {
            throw .tooLarge(
                "output `\(output.name)`: the tool wrote more than \(invocation.limits.logSize) to \(stream.shown) and the "
                    + "rest was not kept; write to a file instead, or raise resources.log_size."
            )
        }
        let file = open(layout.log(stream), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { throw .execution(.storage("open \(layout.log(stream))", code: errno)) }
        return file
    }

    private func text(_ bytes: [UInt8], _ shown: String, _ output: Output) throws(CollectionProblem) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .broken("output `\(output.name)`: \(shown) is not valid UTF-8 text; write to a file instead.")
        }
        return text
    }
}

extension StandardStream {
    var shown: String { self == .stdout ? "standard output" : "standard error" }
}

extension Output {
    /// The same output without a wish about the type, so that its bytes are read as JSON.
    fileprivate var asAny: Output {
        var output = self
        output.schema = ValueSchema()
        return output
    }
}

// MARK: - Folders

extension OutputCollector {
    func archive(_ text: String, for output: Output, in folder: WorkFolder) throws(CollectionProblem) -> OutputValue {
        let isRoot = text == "." || text == "./"
        let path = isRoot ? WorkPath(components: [Array("work".utf8)]) : try workPath(text, for: output)
        let source: OpenFolder
        switch isRoot ? .folder(folder.root) : folder.find(path) {
        case .missing: return try missing(text, for: output, in: folder)
        case .refused(let reason): throw .broken("output `\(output.name)`: \(path.shown) \(reason).")
        case .file(let descriptor, _):
            close(descriptor)
            throw .broken("output `\(output.name)`: \(path.shown) is a file; use `path:` to keep a file.")
        case .folder(let found): source = found
        }
        guard let name = path.storableName else {
            throw .broken("output `\(output.name)`: the name \(path.shown) is not plain UTF-8 text.")
        }
        let limit = min(output.schema.maxSize ?? invocation.limits.workSize, invocation.limits.workSize)
        // The store's producer may only throw the store's errors; what went wrong in the folder is carried past it.
        var problem: CollectionProblem?
        var search = screen.search()
        let stored = Result { () throws(StoreError) in
            try blobs.store(limit: limit, name: path.shown) { (sink) throws(StoreError) in
                try withoutActuallyEscaping(sink) { (sink) throws(StoreError) in
                    var storeError: StoreError?
                    var writer = TarWriter { (piece) throws(CollectionProblem) in
                        if search?.finds(in: piece) == true { throw .secret(in: path.shown, of: output) }
                        do throws(StoreError) {
                            try sink(piece)
                        } catch {
                            storeError = error
                            throw CollectionProblem(error)
                        }
                    }
                    do throws(CollectionProblem) {
                        try writer.write(source, name: path.shown)
                        if search?.ends() == true { throw CollectionProblem.secret(in: path.shown, of: output) }
                    } catch {
                        problem = error
                        throw storeError ?? StoreError(.stepFailed, "the folder cannot be kept")
                    }
                }
            }
        }
        if case .step(let failure)? = problem {
            let isNamed = failure.message.hasPrefix("output `")
            throw .step(
                isNamed ? failure : StepFailure(failure.code, "output `\(output.name)`: \(failure.message)")
            )
        }
        let blob = try storing { () throws(StoreError) in try stored.get() }
        return .file(
            CollectedFile(name: "\(name).tar", sha256: blob.sha256, size: blob.size, mimeType: "application/x-tar")
        )
    }
}

// MARK: - What all of them need

extension OutputCollector {
    func workPath(_ text: String, for output: Output) throws(CollectionProblem) -> WorkPath {
        guard let path = WorkPath(text) else { throw badPath(text, of: output) }
        return path
    }

    func badPath(_ text: String, of output: Output) -> CollectionProblem {
        .broken(
            "output `\(output.name)`: `\(PlainText.escaped(text))` is not a path inside the work folder; correct it in the "
                + "tool file."
        )
    }

    func missing(_ text: String, for output: Output, in folder: WorkFolder) throws(CollectionProblem) -> OutputValue {
        if output.isOptional { return .missing }
        throw .broken(
            "output `\(output.name)`: `\(PlainText.escaped(text))` is missing; the work folder holds: \(folder.listing())."
        )
    }

    /// Runs a piece of the store's work; its size limit is the step's failure, its other errors are the runner's.
    func storing<Value>(_ work: () throws(StoreError) -> Value) throws(CollectionProblem) -> Value {
        do throws(StoreError) {
            return try work()
        } catch {
            throw CollectionProblem(error)
        }
    }
}
