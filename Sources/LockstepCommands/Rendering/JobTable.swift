package import LockstepModel

/// Jobs as a table.
package enum JobTable {
    /// - Parameter isForTerminal: Short ids and ages for a person; else whole ids and times, for a file or a pipe.
    package static func table(_ jobs: [Job], isForTerminal: Bool, now: Instant) -> Table {
        var table = Table([
            Table.Column("JOB"), Table.Column("STATE"), Table.Column("DONE", .right), Table.Column("CREATED"),
            Table.Column("WORKFLOW", mayShrink: true), Table.Column("NAME", mayShrink: true),
        ])
        for job in jobs {
            let mark = job.state.mark
            table.add([
                Table.Cell(isForTerminal ? job.id.shortText : job.id.rawValue),
                Table.Cell(mark.text, mark.style),
                Table.Cell("\(job.progress)%"),
                Table.Cell(isForTerminal ? TimeText.age(of: job.createdAt, at: now) : job.createdAt.description),
                Table.Cell(job.workflowID?.rawValue ?? "–"),
                Table.Cell(job.name),
            ])
        }
        return table
    }
}
