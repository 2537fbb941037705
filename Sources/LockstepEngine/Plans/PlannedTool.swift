package import LockstepJSON
package import LockstepModel

/// What a tool would get.
package struct PlannedTool: Sendable {
    package var id: ToolID
    package var command: [PlannedArgument]
    package var stdin: PlannedInput?
    /// The names of the tool's own environment variables, sorted.
    package var environment: [String]
    /// The files that the sandbox shows, by path; nil for the name of one that an earlier step makes.
    package var files: [(path: String, name: String?)]
    package var secrets: [PlannedSecret]
    package var sandbox: SandboxRequest
    package var limits: ResourceLimits
    /// Both as an attempt's row would keep them.
    package var requested: JSONValue
    package var estimatedCost: Money?
    package var reuse: PlannedReuse
}

/// Text of which parts may not be known yet.
package struct PlannedText: Sendable, Hashable {
    package enum Part: Sendable, Hashable {
        case text(String)
        /// What comes of variables that steps make first.
        case later(PlannedMark)
    }

    package var parts: [Part]

    package init(_ parts: [Part]) {
        self.parts = parts
    }
}

/// A place that is filled at run time.
package struct PlannedMark: Sendable, Hashable {
    package var variables: [String]
    /// Whether it is the variable itself; else it is computed from them.
    package var isVariable: Bool
    /// Whether it may be any number of arguments.
    package var isList: Bool
}

/// One argument of a command.
package struct PlannedArgument: Sendable, Hashable {
    package var text: PlannedText
    /// Parameters without which it is left out, of those whose value is not known yet.
    package var onlyWith: [String]
}

/// What a tool would read on standard input.
package enum PlannedInput: Sendable, Hashable {
    /// The content of a file of this name.
    case file(String)
    /// Bytes, of which the beginning is shown.
    case bytes(count: Int, beginning: String)
    case text(PlannedText)
}

package struct PlannedSecret: Sendable, Hashable {
    package var name: String
    package var isSet: Bool
    /// Why it cannot be used although it is set.
    package var problem: String?
}

/// Whether a step has an earlier equal result.
package enum PlannedReuse: Sendable, Hashable {
    /// This one, which is used with `--resume`.
    case equal(StepOrigin, isUsed: Bool)
    /// Why not, one reason each, and the job that was compared.
    case different(reasons: [String], job: JobID?)
    /// Not all that the result depends on is known yet.
    case waits([String])
    /// Each item is compared by itself when it is its turn.
    case perItem
}
