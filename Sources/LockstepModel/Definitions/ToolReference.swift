/// A tool by id and, if the workflow cares, by version: `1` accepts any `1.x.y`, `1.2` any `1.2.y`.
package struct ToolReference: Sendable, Hashable {
    package var id: ToolID
    package var version: String?

    package init(id: ToolID, version: String? = nil) {
        self.id = id
        self.version = version
    }

    /// Whether a tool of this version is meant.
    package func accepts(version candidate: String) -> Bool {
        guard let version else { return true }
        return candidate == version || candidate.hasPrefix(version + ".")
    }
}
