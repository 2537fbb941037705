import LockstepJSON
import LockstepModel
import LockstepTestSupport
import Testing

@testable import LockstepStore

struct BatchStoreTests {
    private let folder: TemporaryFolder
    private let store: BatchStore
    private let now = Instant(milliseconds: 1_770_000_000_000)

    init() throws {
        folder = try TemporaryFolder(inMemory: true)
        let database = try StateDatabase(path: folder.path("lockstep.sqlite"))
        store = BatchStore(JobStore(database, blobs: try BlobStore(root: folder.path("assets"))))
    }

    private func batch(_ id: String = "batch_a", mebibytes: [Int]) async throws -> BatchID {
        let workflow = StoredDefinition(kind: .workflow, id: "w", content: ["workflow_id": "w"], createdAt: now)
        let batch = Batch(
            id: BatchID(id),
            tenantID: "default",
            userID: "ann",
            name: "Many",
            workflowID: WorkflowID("w"),
            workflowDigest: workflow.digest,
            pins: DefinitionPins(workflows: [:], tools: [:]),
            source: ["kind": "stdin"],
            maxParallel: 1,
            createdAt: now,
            updatedAt: now
        )
        try await store.insert(batch, definitions: [workflow])
        let rows = mebibytes.enumerated().map { index, size in
            let inputs: JSONObject = ["text": .string(String(repeating: "x", count: size << 20))]
            return NewBatchRow(number: index + 1, line: nil, name: nil, inputs: inputs)
        }
        try await store.append(rows, to: batch.id)
        return batch.id
    }

    @Test func `large rows come in small pages, and no page is empty before the end`() async throws {
        let id = try await batch(mebibytes: [0, 3, 3, 1, 9, 0, 0])
        var pages: [[Int]] = []
        while true {
            let page = try await store.results(of: id, after: pages.last?.last ?? 0, limit: 100).map(\.number)
            guard !page.isEmpty else { break }
            pages.append(page)
        }
        #expect(pages == [[1, 2, 3], [4, 5], [6, 7]])
        pages = []
        while true {
            let page = try await store.pendingRows(of: id, after: pages.last?.last ?? 0, limit: 100).map(\.number)
            guard !page.isEmpty else { break }
            pages.append(page)
        }
        #expect(pages == [[1, 2, 3], [4, 5], [6, 7]])
    }

    @Test func `the newest batch is found without its rows, and none that is being prepared`() async throws {
        let first = try await batch(mebibytes: [0])
        #expect(try await store.newest(tenant: "default", visibleTo: nil) == nil)
        try await store.activate(first, enqueuedAt: nil)
        _ = try await batch("batch_b", mebibytes: [])
        #expect(try await store.newest(tenant: "default", visibleTo: nil)?.id == first)
        #expect(try await store.newest(tenant: "default", visibleTo: "bob") == nil)
        #expect(try await store.newest(tenant: "other", visibleTo: nil) == nil)
    }
}
