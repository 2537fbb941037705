internal import Foundation

/// The project's own folder, for tests that use what it ships.
package enum PackageRoot {
    private static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

    /// The absolute path of a file of the project.
    package static func path(_ relative: String) -> String { "\(root)/\(relative)" }

    /// Copies a folder of the project into another folder, under the same name.
    ///
    /// File by file: `FileManager` wants to keep the owner too, which fails when it is somebody else.
    package static func copy(_ name: String, into folder: String) throws {
        let files = FileManager.default
        try files.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        for entry in try files.contentsOfDirectory(atPath: path(name)) {
            let relative = "\(name)/\(entry)"
            var isFolder: ObjCBool = false
            guard files.fileExists(atPath: path(relative), isDirectory: &isFolder) else { continue }
            if isFolder.boolValue {
                try copy(relative, into: folder)
            } else {
                try Data(contentsOf: URL(fileURLWithPath: path(relative)))
                    .write(to: URL(fileURLWithPath: "\(folder)/\(relative)"))
                let mode = files.isExecutableFile(atPath: path(relative)) ? 0o755 : 0o644
                try files.setAttributes([.posixPermissions: mode], ofItemAtPath: "\(folder)/\(relative)")
            }
        }
    }
}
