import Foundation
import LockstepModel
import LockstepStore
import LockstepTestSupport
import Testing

struct BlobStoreTests {
    private let folder: TemporaryFolder
    private let blobs: BlobStore

    init() throws {
        folder = try TemporaryFolder()
        blobs = try BlobStore(root: folder.path("assets"))
    }

    @Test func `bytes are kept under their SHA-256, read-only`() throws {
        let blob = try blobs.store(Array("abc".utf8), name: "abc.txt")
        #expect(blob.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(blob.size == 3)
        #expect(FileManager.default.contents(atPath: blobs.path(of: blob.sha256)) == Data("abc".utf8))
        let attributes = try FileManager.default.attributesOfItem(atPath: blobs.path(of: blob.sha256))
        #expect(attributes[.posixPermissions] as? Int == 0o444)
    }

    @Test func `the same content is kept once`() throws {
        let first = try blobs.store(Array("abc".utf8), name: "a")
        let before = try inode(first)
        let second = try blobs.store(Array("abc".utf8), name: "b")
        #expect(first == second)
        #expect(try inode(second) == before)
        #expect(try folder.names(in: "assets/incoming").isEmpty)
    }

    @Test func `content above the limit is refused and leaves nothing`() throws {
        let path = try folder.write(String(repeating: "x", count: 1001), to: "big")
        let file = try #require(FileHandle(forReadingAtPath: path))
        let error = #expect(throws: StoreError.self) {
            try blobs.store(descriptor: file.fileDescriptor, limit: ByteCount(1000), name: "big")
        }
        #expect(error?.code == .resourceLimit)
        #expect(try folder.names(in: "assets/incoming").isEmpty)
        #expect(try folder.names(in: "assets") == ["incoming"])
    }

    @Test func `content of exactly the limit is taken`() throws {
        let path = try folder.write(String(repeating: "x", count: 1000), to: "big")
        let file = try #require(FileHandle(forReadingAtPath: path))
        let blob = try blobs.store(descriptor: file.fileDescriptor, limit: ByteCount(1000), name: "big")
        #expect(blob.size == 1000)
    }

    private func inode(_ blob: BlobStore.Blob) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: blobs.path(of: blob.sha256))[.systemFileNumber] as? Int
    }
}
