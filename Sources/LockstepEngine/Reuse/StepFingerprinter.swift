internal import Dispatch
internal import LockstepExecution
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

/// Computes what a step's result depends on.
struct StepFingerprinter: Sendable {
    private let files = FileDigests()

    /// The longest value that is kept to be shown.
    private static let shownCharacters = 80

    /// - Parameters:
    ///   - digest: Of the tool's definition.
    ///   - values: What each parameter has that has a value.
    /// - Returns: Nil for a step whose result must not be used again, or whose tool's folder is too large to be compared.
    func fingerprint(
        _ tool: Tool,
        digest: String,
        values: [(parameter: Parameter, value: JSONValue)],
        level: SandboxLevel
    ) async -> StepFingerprint? {
        guard tool.reuseObstacle == nil, level == .full || level == .fullWithCgroup else { return nil }
        var parts = [
            StepFingerprint.Part(.tool, tool.id.rawValue, digest: digest),
            StepFingerprint.Part(.sandbox, "", digest: Self.digest(of: tool.sandbox)),
        ]
        if case .argument(let template)? = tool.command.first, case .literal(let program)? = template.segments.first,
            let identity = ProgramIdentity.text(of: tool, program: program)
        {
            parts.append(StepFingerprint.Part(.program, program, digest: HexDigest.sha256(identity.utf8)))
        }
        if tool.folder != nil {
            guard let folder = await folderDigest(of: tool) else { return nil }
            parts.append(StepFingerprint.Part(.folder, "", digest: folder))
        }
        for (parameter, value) in values { parts.append(Self.part(parameter, value)) }
        return StepFingerprint(parts: parts, digest: HexDigest.sha256(StepFingerprint.text(of: parts).utf8))
    }

    /// Whether the tool's folder is still as a fingerprint has it.
    func isCurrent(_ fingerprint: StepFingerprint, _ tool: Tool) async -> Bool {
        guard let part = fingerprint.parts.first(where: { $0.kind == .folder }) else { return true }
        return await folderDigest(of: tool) == part.digest
    }

    /// Nil when it cannot be compared.
    private func folderDigest(of tool: Tool) async -> String? {
        guard let folder = tool.folder else { return nil }
        // A first look reads files, which would hold up every other task of the program.
        return await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [files] in
                continuation.resume(returning: try? FolderDigest(memory: files).digest(of: folder))
            }
        }
    }

    private static func part(_ parameter: Parameter, _ value: JSONValue) -> StepFingerprint.Part {
        let files = value.fileValues
        guard !files.isEmpty, parameter.schema.isFile || parameter.schema.isFileList else {
            let bytes = JSONWriter.bytes(value, style: .canonical)
            let shown = String(decoding: bytes.prefix(Self.shownCharacters * 4), as: UTF8.self)
            return StepFingerprint.Part(
                .parameter,
                parameter.name,
                digest: HexDigest.sha256(bytes),
                shown: shown.shortened(to: Self.shownCharacters)
            )
        }
        // A tool sees names and bytes of its files, but not under which ids they are kept.
        let seen = files.map { JSONValue.array([.string($0.name), .string($0.sha256)]) }
        return StepFingerprint.Part(
            .file,
            parameter.name,
            digest: HexDigest.sha256(JSONWriter.bytes(.array(seen), style: .canonical)),
            shown: files.map(\.name).joined(separator: ", ").shortened(to: Self.shownCharacters)
        )
    }

    private static func digest(of request: SandboxRequest) -> String {
        let json: JSONValue = [
            "network": .bool(request.network), "read": .array(request.read.map { .string($0) }),
            "devices": .array(request.devices.map { .string($0) }), "debug": .bool(request.debug),
        ]
        return HexDigest.sha256(JSONWriter.bytes(json, style: .canonical))
    }
}

extension String {
    fileprivate func shortened(to count: Int) -> String { self.count > count ? prefix(count) + "…" : self }
}
