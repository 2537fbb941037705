internal import Foundation

/// The programs that were built with the tests.
package enum BuiltProgram {
    /// Absolute path of a program beside the running test bundle.
    ///
    /// - Throws: ``Missing`` when it was not built.
    package static func path(_ name: String = "lockstep") throws(Missing) -> String {
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        var folder = URL(fileURLWithPath: bundle).deletingLastPathComponent()
        while folder.path != "/" {
            let candidate = folder.appendingPathComponent(name).path
            if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
            folder.deleteLastPathComponent()
        }
        throw Missing(name: name)
    }

    package struct Missing: Error, CustomStringConvertible {
        package let name: String
        package var description: String { "\(name) is not beside the test bundle; build the package first" }
    }
}
