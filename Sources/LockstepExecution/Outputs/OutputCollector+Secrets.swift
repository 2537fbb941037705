internal import LockstepJSON
internal import LockstepMasking
internal import LockstepModel

extension OutputCollector {
    /// Refuses an output with a secret in it: outputs are kept, shown and handed on.
    ///
    /// A stream is masked before it is read here; then the mask is what must not become an output, because a later step would
    /// work with it as if it were what the tool had written.
    func refuseSecrets(in value: OutputValue, of output: Output) throws(CollectionProblem) {
        switch value {
        case .missing: return
        case .file(let file):
            if screen.finds(in: .string(file.name)) { throw .secret(in: "the file's name", of: output) }
        case .files(let files):
            if files.contains(where: { screen.finds(in: .string($0.name)) }) {
                throw .secret(in: "a file's name", of: output)
            }
        case .value(let value):
            if screen.finds(in: value) { throw .secret(in: "its value", of: output) }
            if case .stream(let stream, _) = output.source, report.masked.contains(stream), Self.holdsMask(value) {
                throw .secret(in: stream.shown, of: output)
            }
        }
    }

    private static func holdsMask(_ value: JSONValue) -> Bool {
        switch value {
        case .string(let text): text.contains(String(decoding: SecretMasker.mask, as: UTF8.self))
        case .array(let items): items.contains { holdsMask($0) }
        case .object(let members): members.contains { holdsMask(.string($0.name)) || holdsMask($0.value) }
        default: false
        }
    }
}

extension CollectionProblem {
    static func secret(in place: String, of output: Output) -> CollectionProblem {
        .broken(
            "output `\(output.name)`: \(place) holds a secret of the tool, and outputs are kept and shown; nothing was "
                + "kept. Let the tool leave it out."
        )
    }
}
