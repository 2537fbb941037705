import Foundation
import LockstepModel
import LockstepStore
import LockstepTestSupport
import Testing

@Suite(.enabled(if: SmallDisk.isAvailable, "mounting a small file system needs root"), .timeLimit(.minutes(10)))
struct FullDatabaseDiskTests {
    @Test func `a disk without any room left is named as the reason`() throws {
        let disk = try SmallDisk(megabytes: 2)
        let filler = try #require(FileHandle(forUpdatingAtPath: try filledFile(on: disk)))
        try filler.close()
        let error = #expect(throws: StoreError.self) { try StateDatabase(path: "\(disk.path)/lockstep.sqlite") }
        #expect(error?.code == .storageFull)
        #expect(error?.message.contains("disk is full") == true)
    }

    @Test func `a database that is there can be opened and read when the disk has filled up`() async throws {
        let disk = try SmallDisk(megabytes: 2)
        _ = try StateDatabase(path: "\(disk.path)/lockstep.sqlite")
        let filler = try #require(FileHandle(forUpdatingAtPath: try filledFile(on: disk)))
        try filler.close()
        #expect(try await StateDatabase(path: "\(disk.path)/lockstep.sqlite").integrityProblems() == [])
    }

    /// Writes until nothing more fits.
    private func filledFile(on disk: SmallDisk) throws -> String {
        let path = "\(disk.path)/filler"
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        let file = try #require(FileHandle(forWritingAtPath: path))
        for size in [1 << 16, 1 << 12, 1] {
            while (try? file.write(contentsOf: Data(count: size))) != nil {}
        }
        return path
    }
}
