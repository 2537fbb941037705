internal import LockstepJSON
package import LockstepModel
internal import LockstepStore

/// Bytes that somebody hands over.
package enum AssetContent: Sendable {
    /// Absolute path of a regular file.
    case file(String)
    case bytes([UInt8])
}

extension JobService {
    /// Adds to a running external job what its work has made (seed 003's `createAsset`).
    ///
    /// It takes `job:execute`, as every other report of how the work of an external job goes on. The bytes are durable in
    /// the asset store, and their type is found from them, before the row and its event are committed together.
    ///
    /// - Parameters:
    ///   - name: The file's own name when nil; bytes need one.
    ///   - type: `text`, `image`, …; the first half of the MIME type when nil.
    /// - Throws: `INVALID_TRANSITION` for a job with steps or one that is not running, `VALIDATION_ERROR` for a name that no
    ///   file can have, or a file that cannot be read.
    package func createAsset(
        _ content: AssetContent,
        name: String? = nil,
        type: String? = nil,
        of id: JobID,
        expectedVersion: Int64? = nil,
        as actor: Actor
    ) async throws(JobError) -> Asset {
        try Self.requireMaker(try await job(id, for: .createAsset, as: actor))
        let name = try Self.assetName(name, content)
        let (blob, mimeType) = try take(content, name: name)
        let assetID: AssetID = context.identifiers.next()
        let path = context.blobs.relativePath(of: blob.sha256)
        @Sendable func asset(of job: Job, at now: Instant) -> Asset {
            Asset(
                id: assetID,
                jobID: id,
                userID: job.userID,
                tenantID: job.tenantID,
                assetType: type ?? String(mimeType.prefix { $0 != "/" }),
                name: name,
                mimeType: mimeType,
                size: blob.size,
                sha256: blob.sha256,
                storagePath: path,
                createdAt: now
            )
        }
        let job = try await change(id, .createAsset, expectedVersion: expectedVersion, as: actor) {
            (found, now) throws(JobError) in
            try Self.requireMaker(found.job)
            let made = asset(of: found.job, at: now)
            var revision = JobRevision(found.job, events: [made.creationEvent(by: actor)])
            revision.assets = [made]
            return revision
        }
        return located(asset(of: job, at: job.updatedAt))
    }

    /// An asset with the address of its bytes.
    func located(_ asset: Asset) -> Asset {
        var asset = asset
        asset.url = FileAddress.url(ofPath: context.blobs.path(of: asset.sha256))
        return asset
    }

    private static func requireMaker(_ job: Job) throws(JobError) {
        try job.requireExternal("what it has made")
        guard job.status == .running else {
            throw JobError(
                .invalidTransition,
                "\(job.id) is \(job.state.rawValue); only a running job makes something. Start it first."
            )
        }
    }

    private static func assetName(_ name: String?, _ content: AssetContent) throws(JobError) -> String {
        var found = name ?? ""
        if name == nil, case .file(let path) = content {
            found = path.split(separator: "/").last.map(String.init) ?? ""
        }
        let isControlled = found.unicodeScalars.contains { $0.properties.generalCategory == .control }
        guard !found.isEmpty, !found.contains("/"), found != ".", found != "..", found.utf8.count <= 255, !isControlled
        else {
            throw JobError(
                .validationError,
                "The asset was not kept.",
                fields: [
                    FieldError(
                        field: "name",
                        message: "must be a file name: 1 to 255 bytes without slashes and control characters"
                    )
                ]
            )
        }
        return found
    }

    private func take(
        _ content: AssetContent,
        name: String
    ) throws(JobError) -> (blob: BlobStore.Blob, mimeType: String) {
        do {
            switch content {
            case .file(let path):
                let file = try InputFile(path: path, mediaTypes: context.mediaTypes)
                return (try file.store(in: context.blobs), file.mimeType)
            case .bytes(let bytes):
                let blob = try context.blobs.store(bytes, name: name)
                let file = try InputFile(path: context.blobs.path(of: blob.sha256), mediaTypes: context.mediaTypes)
                return (blob, file.mimeType)
            }
        } catch let problem as InputProblem {
            if let failure = problem.failure { throw JobError(failure) }
            throw JobError(
                .validationError,
                "The asset was not kept.",
                fields: [FieldError(field: "file", message: problem.message)]
            )
        } catch let error as StoreError {
            throw JobError(error)
        } catch {
            throw JobError(.storageError, "The asset was not kept: \(error).")
        }
    }
}

/// Addresses of files on this machine.
enum FileAddress {
    /// `file://` and the path, with everything but letters, digits and `-._~/` as percent and two digits (RFC 8089).
    static func url(ofPath path: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var url = Array("file://".utf8)
        for byte in path.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x2F, 0x5F, 0x7E: url.append(byte)
            default: url += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: url, as: UTF8.self)
    }
}
