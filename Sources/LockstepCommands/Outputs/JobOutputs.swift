internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel

/// The outputs of one job, and where the bytes of its files are.
struct JobOutputs {
    let job: Job
    let values: JSONObject
    /// In the order they were made, inputs among them.
    let allAssets: [Asset]
    /// When files were freed by a garbage collection.
    let freed: [AssetID: Instant]
    private let assets: [AssetID: Asset]
    private let service: JobService

    init(of text: String, in open: OpenProject) async throws {
        job = try await open.job(text)
        service = open.service
        allAssets = try await service.listAssets(job.id, as: open.actor)
        var values = job.outputs(with: allAssets)
        var assets: [AssetID: Asset] = [:]
        for asset in allAssets { assets[asset.id] = asset }
        self.assets = assets
        let known = assets
        let hasLost = values.contains { $0.value.files.contains { known[$0.assetID] == nil } }
        let lost = hasLost || job.isExternal ? try await service.freedAssets(job.id, as: open.actor) : []
        freed = Dictionary(lost.map { ($0.value.assetID, $0.freedAt) }) { $1 }
        for file in lost where job.isExternal && file.assetType != "input" && values[file.value.name] == nil {
            values[file.value.name] = file.value.json
        }
        self.values = values
    }

    /// - Throws: `ASSET_NOT_FOUND` that names the outputs there are.
    func value(_ name: String) throws(CommandFailure) -> JSONValue {
        if let value = values[name] { return value }
        let reason =
            values.isEmpty
            ? "\(job.id) has no outputs; its state is \(job.state.rawValue)."
            : "\(job.id) has no output \"\(name.onOneLine)\"; it has \(values.names.map(\.onOneLine).joined(separator: ", "))."
        throw CommandFailure(.assetNotFound, reason)
    }

    /// The one file that an output is.
    ///
    /// - Throws: What the output is instead, and which command deals with that.
    func file(_ name: String) throws(CommandFailure) -> (value: FileValue, path: String) {
        let files = try value(name).files
        guard let file = files.first else {
            throw CommandFailure(
                .assetNotFound,
                "\"\(name.onOneLine)\" is a value, not a file; `lockstep outputs show \(job.id.shortText) "
                    + "\(name.onOneLine)` prints it."
            )
        }
        guard files.count == 1 else {
            throw CommandFailure(
                .assetNotFound,
                "\"\(name.onOneLine)\" is a list of \(files.count) files; `lockstep outputs export "
                    + "\(job.id.shortText) FOLDER` writes them all."
            )
        }
        return (file, try path(of: file))
    }

    /// Absolute path of a file's bytes.
    func path(of file: FileValue) throws(CommandFailure) -> String {
        guard let asset = assets[file.assetID] else {
            let when = freed[file.assetID].map { " since \($0), when `lockstep gc` freed them" } ?? " any more"
            throw CommandFailure(
                .assetNotFound,
                "The bytes of \(file.name.onOneLine) are not in the asset store\(when)."
            )
        }
        return service.assetPath(asset)
    }
}
