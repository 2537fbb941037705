import Foundation
import Glibc
import LockstepExecution
import LockstepStore
import LockstepTestSupport
import Testing

@testable import LockstepEngine

struct StoredFilesTests {
    private let folder: TemporaryFolder
    private let blobs: BlobStore
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        blobs = try BlobStore(root: folder.path("assets"))
        path = try folder.write("first", to: "model.bin")
    }

    private func store(_ memory: StoredFiles) throws -> BlobStore.Blob {
        try InputFile(path: path, mediaTypes: LazyMediaTypes()).store(in: blobs, memory: memory)
    }

    @Test func `A file that was stored before is not read again, and one that has changed is`() throws {
        let memory = StoredFiles(youth: -1)
        let first = try store(memory)
        var status = stat()
        #expect(stat(path, &status) == 0)
        // Only who does not read the file can give this one back.
        let other = try blobs.store(Array("other".utf8), name: "other")
        memory.note(StoredFiles.Key(status), other)
        #expect(try store(memory).sha256 == other.sha256)
        try Data("later".utf8).write(to: URL(fileURLWithPath: path))
        let later = try store(memory)
        #expect(later.sha256 != other.sha256 && later.sha256 != first.sha256)
    }

    @Test func `A file whose bytes are gone from the store is copied again`() throws {
        let memory = StoredFiles(youth: -1)
        let first = try store(memory)
        try FileManager.default.removeItem(atPath: blobs.path(of: first.sha256))
        #expect(try store(memory).sha256 == first.sha256)
        #expect(FileManager.default.fileExists(atPath: blobs.path(of: first.sha256)))
    }

    @Test func `A file that has just been changed is not remembered`() throws {
        let memory = StoredFiles(youth: 3600)
        _ = try store(memory)
        var status = stat()
        #expect(stat(path, &status) == 0)
        #expect(memory.blob(StoredFiles.Key(status), in: blobs) == nil)
    }
}
