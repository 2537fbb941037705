internal import LockstepExecution
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

/// What an attempt made, as values and assets of the job.
extension JobRun {
    /// A step's outputs as values, and the assets among them.
    struct CollectedOutputs {
        /// By output name, in the tool's order.
        var values: JSONObject = [:]
        var assets: [Asset] = []
    }

    /// Checks what a tool made against what it promises, and makes assets of its files.
    func collect(
        _ outputs: [String: OutputValue],
        of tool: Tool,
        _ attempt: Attempt,
        at now: Instant
    ) throws(StepFailure) -> CollectedOutputs {
        var collected = CollectedOutputs()
        for output in tool.outputs {
            switch outputs[output.name] {
            case nil, .missing: continue
            case .value(let value):
                let violations = output.schema.violations(in: value)
                if let first = violations.first {
                    let place = first.pointer.tokens.isEmpty ? "" : " at \(first.pointer)"
                    throw StepFailure(
                        .stepFailed,
                        "Step \(attempt.stepID) made an output \(output.name) that is not what the tool \(tool.id) "
                            + "promises: the value\(place) \(first.message)."
                    )
                }
                collected.values[output.name] = value
            case .file(let file):
                let asset = asset(file, output, attempt, at: now)
                collected.assets.append(asset)
                collected.values[output.name] = asset.fileValue.json
            case .files(let files):
                let assets = files.map { asset($0, output, attempt, at: now) }
                collected.assets += assets
                collected.values[output.name] = .array(assets.map(\.fileValue.json))
            }
        }
        return collected
    }

    private func asset(_ file: CollectedFile, _ output: Output, _ attempt: Attempt, at now: Instant) -> Asset {
        Asset(
            id: context.identifiers.next(),
            jobID: job.id,
            stepID: attempt.stepID,
            attemptID: attempt.id,
            userID: job.userID,
            tenantID: job.tenantID,
            assetType: output.assetType ?? String(file.mimeType.prefix { $0 != "/" }),
            name: file.name,
            outputName: output.name,
            mimeType: file.mimeType,
            size: file.size,
            sha256: file.sha256,
            storagePath: context.blobs.relativePath(of: file.sha256),
            createdAt: now
        )
    }
}
