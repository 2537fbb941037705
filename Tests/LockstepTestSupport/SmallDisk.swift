internal import Foundation
internal import Glibc

/// A file system of a few megabytes, for tests of a full disk; only root can mount one.
package final class SmallDisk: Sendable {
    /// Whether this process may mount one.
    package static var isAvailable: Bool { geteuid() == 0 }

    private let folder: TemporaryFolder
    package var path: String { folder.path }

    package init(megabytes: Int) throws {
        folder = try TemporaryFolder()
        try Self.run("/usr/bin/mount", ["-t", "tmpfs", "-o", "size=\(megabytes)m,mode=0755", "tmpfs", folder.path])
    }

    deinit {
        try? Self.run("/usr/bin/umount", ["-l", folder.path])
    }

    private static func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.fileWriteUnknown) }
    }
}
