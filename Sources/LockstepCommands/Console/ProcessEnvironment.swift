internal import Foundation

/// What this process was started with.
package enum ProcessEnvironment {
    /// The environment variables, read once.
    package static let current: [String: String] = ProcessInfo.processInfo.environment

    /// Absolute path of the current folder.
    package static var currentFolder: String { FileManager.default.currentDirectoryPath }

    /// Absolute path of the folder for files that soon go.
    package static var temporaryFolder: String { FileManager.default.temporaryDirectory.path }

    /// A path as an absolute one, beginning at the current folder.
    package static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : currentFolder + "/" + path
    }
}
