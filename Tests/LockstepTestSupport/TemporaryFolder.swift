package import Foundation

/// A folder of a test's own that goes when the test ends.
package final class TemporaryFolder: Sendable {
    /// Absolute, without symbolic links.
    package let path: String

    /// - Parameter inMemory: Puts it into memory where the machine has a file system there.
    package init(inMemory: Bool = false) throws {
        var base = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
        if inMemory, FileManager.default.isWritableFile(atPath: "/dev/shm") { base = URL(fileURLWithPath: "/dev/shm") }
        let folder = base.appendingPathComponent("lockstep-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        path = folder.path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The absolute path of a relative one.
    package func path(_ relative: String) -> String { "\(path)/\(relative)" }

    /// Writes a file, with its folders.
    @discardableResult
    package func write(_ text: String, to relative: String) throws -> String {
        try write(Data(text.utf8), to: relative)
    }

    @discardableResult
    package func write(_ data: Data, to relative: String) throws -> String {
        let url = URL(fileURLWithPath: path(relative))
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: url)
        return url.path
    }

    /// The names in a folder, sorted.
    package func names(in relative: String = ".") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(relative)).sorted()
    }
}
