package import LockstepJSON

/// Where a tool leaves one of its outputs.
package enum OutputSource: Sendable, Hashable {
    /// A file below the work folder, or a glob when the text holds `*`, `?` or `[`; relative, without `..`.
    ///
    /// In a tool file any path may hold placeholders; a step has them filled in before it starts.
    case path(String)
    /// The files that any of several such paths name, in the order of the paths, each file once.
    case paths([String])
    /// A folder below the work folder, kept as one tar archive.
    case directory(String)
    /// What the tool wrote to standard output or error.
    case stream(StandardStream, StreamReading)
    /// The tool's exit code, an integer.
    case exitCode
}

package enum StandardStream: String, Sendable, Hashable {
    case stdout
    case stderr
}

/// How the text of a stream becomes a value.
package enum StreamReading: Sendable, Hashable {
    /// The whole text, one final line break removed.
    case text
    /// A list of lines without their ends.
    case lines
    /// The bytes as they are, a file of this name, which in a tool file may hold placeholders.
    case file(name: String)
    /// One JSON document, or the last one of a noisy stream; then the value that the pointer names.
    case json(pointer: JSONPointer, takesLast: Bool)
}

extension OutputSource {
    /// Whether a path names any number of files.
    package var isGlob: Bool {
        if case .path(let path) = self { Self.isGlob(path) } else { false }
    }

    package static func isGlob(_ path: String) -> Bool { path.contains { "*?[".contains($0) } }
}
