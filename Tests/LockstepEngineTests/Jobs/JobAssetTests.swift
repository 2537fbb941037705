import Foundation
import LockstepEngine
import LockstepJSON
import LockstepModel
import LockstepStore
import LockstepTestSupport
import Testing

/// Assets that the one who does the work of an external job adds to it (seed 003's `createAsset`).
struct JobAssetTests {
    private let fixture: EngineFixture
    private var service: JobService { fixture.service }
    private var ann: Actor { fixture.actor }

    /// The smallest whole PNG: one pixel.
    private static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
        + [0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 0x1F, 0x15, 0xC4, 0x89]

    init() throws {
        fixture = try EngineFixture()
    }

    private func running() async throws -> Job {
        let job = try await service.createExternalJob(name: "render", as: ann)
        return try await service.startJob(job.id, as: ann)
    }

    private func refused(
        _ code: JobErrorCode,
        _ job: Job,
        _ content: AssetContent = .bytes([1]),
        name: String? = "x",
        as actor: Actor? = nil,
        expectedVersion: Int64? = nil
    ) async throws {
        let error = await #expect(throws: JobError.self) {
            try await service.createAsset(
                content,
                name: name,
                of: job.id,
                expectedVersion: expectedVersion,
                as: actor ?? ann
            )
        }
        #expect(error?.code == code, "\(String(describing: error))")
        #expect(try await service.getJob(job.id, as: ann) == job)
        #expect(try await service.listAssets(job.id, as: ann).filter { $0.assetType != "input" }.isEmpty)
    }

    @Test func `an asset has every field of the jobs document, as it was made`() async throws {
        let job = try await running()
        let made = try await service.createAsset(.bytes(Self.png), name: "result.png", of: job.id, as: ann)
        let asset = try #require(try await service.listAssets(job.id, as: ann).first)
        #expect(asset == made)
        let json = asset.json
        #expect(json["id"]?.stringValue?.hasPrefix("file_") == true)
        #expect(json["job_id"] == .string(job.id.rawValue))
        #expect(json["step_id"] == .null)
        #expect(json["attempt_id"] == .null)
        #expect(json["user_id"] == "ann")
        #expect(json["tenant_id"] == "default")
        #expect(json["asset_type"] == "image")
        #expect(json["name"] == "result.png")
        #expect(json["mime_type"] == "image/png")
        #expect(json["file_size"] == .integer(Int64(Self.png.count)))
        let sha256 = HexDigest.sha256(Self.png)
        #expect(json["sha256"] == .string(sha256))
        #expect(json["storage_path"] == .string("assets/\(sha256.prefix(2))/\(sha256.dropFirst(2))"))
        let state = fixture.folder.path(".lockstep")
        #expect(json["url"] == .string("file://\(state)/assets/\(sha256.prefix(2))/\(sha256.dropFirst(2))"))
        let address = try #require(json["url"]?.stringValue.flatMap { URL(string: $0) })
        #expect(try Data(contentsOf: address) == Data(Self.png))
        #expect(json["created_at"] == asset.createdAt.json)
        let names = Set(json.objectValue?.names ?? [])
        #expect(names.count == 15, "the fourteen of the jobs document, and the output: \(names)")
    }

    @Test func `a file comes in under its own name, and its type is what it holds`() async throws {
        let job = try await running()
        let path = try fixture.folder.write("plain words\n", to: "wrongly-named.png")
        let asset = try await service.createAsset(.file(path), of: job.id, as: ann)
        #expect(asset.name == "wrongly-named.png")
        #expect(asset.mimeType == "text/plain")
        #expect(asset.assetType == "text")
        let other = try await service.createAsset(.file(path), name: "b.txt", type: "report", of: job.id, as: ann)
        #expect(other.name == "b.txt")
        #expect(other.assetType == "report")
        #expect(other.sha256 == asset.sha256)
        let stored = try await service.readAsset(other.id, of: job.id, as: ann)
        #expect(try String(contentsOfFile: stored, encoding: .utf8) == "plain words\n")
    }

    @Test func `the asset and its event are one change of the job`() async throws {
        let job = try await running()
        let asset = try await service.createAsset(.bytes([1, 2]), name: "x", of: job.id, as: ann)
        let changed = try await service.getJob(job.id, as: ann)
        #expect(changed.version == job.version + 1)
        let event = try #require(try await service.listEvents(job.id, as: ann).last)
        #expect(event.type == "asset.created")
        #expect(event.data["asset_id"] == .string(asset.id.rawValue))
        #expect(event.data["sha256"] == .string(asset.sha256))
        #expect(try await service.verifyEvents(as: ann).isSound)
        try await service.deleteJob(try await service.cancelJob(job.id, as: ann).id, as: ann)
    }

    @Test func `what is added is among the outputs of the present run`() async throws {
        let job = try await running()
        for text in ["one", "two"] {
            _ = try await service.createAsset(.bytes(Array(text.utf8)), name: "page.txt", of: job.id, as: ann)
        }
        _ = try await service.createAsset(.bytes([1]), name: "other", of: job.id, as: ann)
        _ = try await service.completeJob(job.id, result: ["pages": 2], as: ann)
        let assets = try await service.listAssets(job.id, as: ann)
        let outputs = try await service.getJob(job.id, as: ann).outputs(with: assets)
        #expect(outputs.names == ["pages", "page.txt", "other"])
        #expect(outputs["page.txt"]?.arrayValue?.map { FileValue(json: $0)?.assetID } == assets.prefix(2).map(\.id))
        let again = try await service.resetJob(job.id, as: ann)
        #expect(
            again.outputs(with: assets).names == ["page.txt", "other"],
            "before the new run begins they still show"
        )
        try await Task.sleep(for: .milliseconds(2))
        let started = try await service.startJob(job.id, as: ann)
        #expect(started.outputs(with: assets).names.isEmpty)
        #expect(try await service.listAssets(job.id, as: ann) == assets)
    }

    @Test func `a job with steps, or one that does not run, takes none`() async throws {
        try await refused(.invalidTransition, try await fixture.createJob())
        let draft = try await service.createExternalJob(name: "later", as: ann)
        try await refused(.invalidTransition, draft)
        let running = try await service.startJob(draft.id, as: ann)
        try await refused(.concurrencyError, running, expectedVersion: running.version - 1)
        try await refused(.invalidTransition, try await service.completeJob(draft.id, as: ann))
        let error = await #expect(throws: JobError.self) {
            try await service.createAsset(.bytes([1]), name: "x", of: JobID("job_none"), as: ann)
        }
        #expect(error?.code == .jobNotFound)
    }

    @Test(arguments: ["", "a/b", ".", "..", "line\nbreak", String(repeating: "n", count: 256)])
    func `a name that no file can have is refused`(name: String) async throws {
        try await refused(.validationError, try await running(), name: name)
    }

    @Test func `a file that cannot be read is refused with its reason`() async throws {
        let job = try await running()
        try await refused(.validationError, job, .file(fixture.folder.path("none")), name: nil)
        try await refused(.validationError, job, .file(fixture.folder.path), name: nil)
        try await refused(.validationError, job, .bytes([1]), name: nil)
    }

    @Test func `without its bytes no row is accepted`() async throws {
        let job = try await running()
        let asset = Asset(
            id: AssetID("file_none"),
            jobID: job.id,
            userID: "ann",
            tenantID: "default",
            assetType: "text",
            name: "gone.txt",
            mimeType: "text/plain",
            size: 4,
            sha256: String(repeating: "a", count: 64),
            storagePath: "assets/aa/none",
            createdAt: .now()
        )
        var change = JobChange(job.id)
        change.assets = [asset]
        change.events = []
        let store = JobStore(fixture.workspace.database, blobs: fixture.workspace.blobs)
        let refused = change
        let error = await #expect(throws: StoreError.self) { try await store.apply(refused) }
        #expect(error?.code == .storageError)
        #expect(try await service.listAssets(job.id, as: ann).isEmpty)
    }

    @Test func `another tenant can neither list, nor read, nor add`() async throws {
        let job = try await running()
        let asset = try await service.createAsset(.bytes([7]), name: "x", of: job.id, as: ann)
        let stranger = Actor(id: "eve", tenantID: "other")
        let operations: [() async throws -> Void] = [
            { _ = try await service.listAssets(job.id, as: stranger) },
            { _ = try await service.readAsset(asset.id, of: job.id, as: stranger) },
            { _ = try await service.createAsset(.bytes([8]), name: "y", of: job.id, as: stranger) },
        ]
        for operation in operations {
            let error = await #expect(throws: JobError.self) { try await operation() }
            #expect(error?.code == .permissionDenied)
        }
        let own = try await service.createExternalJob(name: "own", as: stranger)
        let error = await #expect(throws: JobError.self) {
            try await service.readAsset(asset.id, of: own.id, as: stranger)
        }
        #expect(error?.code == .assetNotFound, "an asset is read through its own job only")
        #expect(try await service.listAssets(job.id, as: ann) == [asset])
    }

    @Test func `bytes that have gone are said to be missing`() async throws {
        let job = try await running()
        let asset = try await service.createAsset(.bytes([9]), name: "x", of: job.id, as: ann)
        try FileManager.default.removeItem(atPath: try await service.readAsset(asset.id, of: job.id, as: ann))
        let error = await #expect(throws: JobError.self) {
            try await service.readAsset(asset.id, of: job.id, as: ann)
        }
        #expect(error?.code == .storageError)
        #expect(error?.message.contains(asset.storagePath) == true)
    }

    @Test func `a page of jobs leaves checkpoints out, and the job itself has its own`() async throws {
        let job = try await running()
        let saved = try await service.saveCheckpoint(["step_index": 3, "text": "long"], of: job.id, as: ann)
        #expect(saved.checkpointData != nil)
        let listed = try #require(try await service.listJobs(JobFilter(), as: ann).jobs.first)
        #expect(listed.checkpointData == nil)
        var without = try await service.getJob(job.id, as: ann)
        #expect(without.checkpointData?["step_index"] == 3)
        without.checkpointData = nil
        #expect(listed == without)
    }
}
