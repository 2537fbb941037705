/// The project's own folder, for tests that use what it ships.
package enum PackageRoot {
    private static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

    /// The absolute path of a file of the project.
    package static func path(_ relative: String) -> String { "\(root)/\(relative)" }
}
