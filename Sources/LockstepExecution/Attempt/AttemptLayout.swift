package import LockstepModel

/// Where things are in an attempt folder; the execution document has the table.
package struct AttemptLayout: Sendable, Hashable {
    package let folder: String

    package init(folder: String) {
        self.folder = folder
    }

    package var launch: String { folder + "/launch.json" }
    package var lock: String { folder + "/lock" }
    package var exit: String { folder + "/exit.json" }
    package var events: String { folder + "/events.jsonl" }
    package var work: String { folder + "/work" }
    package var checkpoint: String { folder + "/checkpoint" }
    /// Values that are passed to the tool as files.
    package var inputs: String { folder + "/in" }
    /// Scratch room of a step that has no `/tmp` of its own.
    package var temporary: String { folder + "/tmp" }
    package var stdin: String { folder + "/stdin" }

    package func log(_ stream: StandardStream) -> String { "\(folder)/\(stream.rawValue).log" }
}
