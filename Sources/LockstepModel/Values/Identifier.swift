/// The name of one thing of one kind; identifiers of different kinds do not mix.
package struct Identifier<Noun: IdentifierNoun>: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let rawValue: String

    package init(_ rawValue: String) {
        self.rawValue = rawValue
    }

    /// A new sortable identifier, for nouns whose identifiers the system makes (`job_01J…`).
    package init(_ ulid: ULID) {
        rawValue = Noun.prefix + ulid.description
    }

    package static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }

    package var description: String { rawValue }
}

/// What an ``Identifier`` names.
package protocol IdentifierNoun: Sendable {
    /// Printed before identifiers that the system makes; empty where people choose the name.
    static var prefix: String { get }
}

package enum JobNoun: IdentifierNoun { package static let prefix = "job_" }
package enum AttemptNoun: IdentifierNoun { package static let prefix = "att_" }
package enum AssetNoun: IdentifierNoun { package static let prefix = "file_" }
package enum WorkflowNoun: IdentifierNoun { package static let prefix = "" }
package enum ToolNoun: IdentifierNoun { package static let prefix = "" }
package enum StepNoun: IdentifierNoun { package static let prefix = "" }

package typealias JobID = Identifier<JobNoun>
package typealias AttemptID = Identifier<AttemptNoun>
package typealias AssetID = Identifier<AssetNoun>
package typealias WorkflowID = Identifier<WorkflowNoun>
package typealias ToolID = Identifier<ToolNoun>
package typealias StepID = Identifier<StepNoun>

extension JobID {
    /// The last 8 characters: short, and accepted wherever a job is named as long as no other job ends so.
    package var shortText: String { String(rawValue.suffix(8)) }
}
