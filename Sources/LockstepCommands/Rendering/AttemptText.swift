internal import LockstepJSON
package import LockstepModel

/// What the attempts of a job took, and how they were shut in, for a person.
package enum AttemptText {
    /// A table, one line an attempt; below it why those failed that were not the last, and whatever was not enforced.
    ///
    /// Empty when there was no attempt.
    ///
    /// - Parameter width: Nil when nothing must be cut or wrapped.
    package static func text(of attempts: [Attempt], width: Int?, painter: Painter) -> String {
        guard !attempts.isEmpty else { return "" }
        var table = Table([
            Table.Column("  ATTEMPT", mayShrink: true), Table.Column("SANDBOX"), Table.Column("ENDED", mayShrink: true),
            Table.Column("WALL", .right), Table.Column("CPU", .right), Table.Column("MEMORY", .right),
            Table.Column("READ", .right), Table.Column("WRITTEN", .right),
        ])
        for attempt in attempts {
            table.add([
                Table.Cell("  \(attempt.stepID) \(attempt.number)"), Table.Cell(attempt.sandboxLevel.rawValue),
                Table.Cell(attempt.ending ?? "runs"), Table.Cell(seconds("wall_seconds", of: attempt)),
                Table.Cell(seconds("cpu_seconds", of: attempt)), Table.Cell(size("peak_memory", of: attempt)),
                Table.Cell(size("read_bytes", of: attempt)), Table.Cell(size("written_bytes", of: attempt)),
            ])
        }
        var text = "\n" + painter(.bold, "Attempts") + "\n" + table.render(width: width, painter: painter)
        for attempt in attempts where attempts.contains(where: { $0.follows(attempt) }) {
            guard let message = attempt.errorMessage else { continue }
            let line = "  \(attempt.stepID) \(attempt.number): \(message)"
            text += Paragraph.wrap(line.onOneLine, width: width, indent: 4) + "\n"
        }
        for attempt in attempts where !attempt.notEnforced.isEmpty {
            let missing = attempt.notEnforced.joined(separator: ", ")
            let line = "  \(attempt.stepID) \(attempt.number), not enforced: \(missing)"
            text += painter(.yellow, Paragraph.wrap(line.onOneLine, width: width, indent: 4)) + "\n"
        }
        return text
    }

    private static func seconds(_ name: String, of attempt: Attempt) -> String {
        attempt.measured[name]?.doubleValue.map { DurationText.short(seconds: $0) } ?? ""
    }

    private static func size(_ name: String, of attempt: Attempt) -> String {
        attempt.measured[name]?.integerValue.map { ByteCount($0).description } ?? ""
    }
}

extension Attempt {
    /// Whether it is a later one of the same step.
    fileprivate func follows(_ other: Attempt) -> Bool {
        sequenceNumber == other.sequenceNumber && number > other.number
    }
}
