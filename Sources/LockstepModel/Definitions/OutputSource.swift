package import LockstepJSON

/// Where a tool leaves one of its outputs.
package enum OutputSource: Sendable, Hashable {
    /// A file below the work folder, or a glob when the text holds `*`, `?` or `[`; relative, without `..`.
    case path(String)
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
    /// One JSON document, or the last one of a noisy stream; then the value that the pointer names.
    case json(pointer: JSONPointer, takesLast: Bool)
}

extension OutputSource {
    /// Whether a path names any number of files.
    package var isGlob: Bool {
        if case .path(let path) = self { path.contains { "*?[".contains($0) } } else { false }
    }
}
