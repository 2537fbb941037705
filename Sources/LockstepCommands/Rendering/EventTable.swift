internal import LockstepJSON
package import LockstepModel

/// Events as a table, and one by one.
package enum EventTable {
    /// - Parameter isForTerminal: Short ids and the time of day for a person; else whole ids and times.
    package static func table(_ events: [Event], isForTerminal: Bool) -> Table {
        var table = Table([
            Table.Column("SEQ", .right), Table.Column("AT"), Table.Column("JOB"), Table.Column("EVENT"),
            Table.Column("CHANGE"), Table.Column("BY", mayShrink: true), Table.Column("ABOUT", mayShrink: true),
        ])
        for event in events {
            let time = event.at.description
            table.add([
                Table.Cell(String(event.sequence)),
                Table.Cell(isForTerminal ? String(time.dropFirst(11).prefix(8)) : time),
                Table.Cell(isForTerminal ? event.jobID.shortText : event.jobID.rawValue), Table.Cell(event.type),
                Table.Cell(event.change), Table.Cell(event.actor), Table.Cell(event.about),
            ])
        }
        return table
    }

    /// One line without columns, for events that come one after the other.
    package static func line(_ event: Event) -> String {
        [
            String(event.sequence), event.at.description, event.jobID.rawValue, event.type, event.change, event.actor,
            event.about,
        ].filter { !$0.isEmpty }.joined(separator: "  ").onOneLine
    }
}

extension Event {
    /// `queued → running`; empty when the state stays.
    var change: String {
        guard let target = toState, target != fromState else { return "" }
        return fromState.map { "\($0.rawValue) → \(target.rawValue)" } ?? "→ \(target.rawValue)"
    }

    /// The reason, else the data.
    var about: String {
        if let reason { return reason }
        return data.objectValue?.isEmpty == false ? data.description : ""
    }
}
