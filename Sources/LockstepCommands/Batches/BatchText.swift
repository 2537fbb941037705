internal import LockstepEngine
package import LockstepModel

extension BatchState {
    package var mark: StateMark {
        switch self {
        case .preparing: StateMark(symbol: "·", word: rawValue, style: .dim)
        case .queued: StateMark(symbol: "·", word: rawValue, style: .cyan)
        case .running: StateMark(symbol: "▶", word: rawValue, style: .cyan)
        case .completed: StateMark(symbol: "✓", word: rawValue, style: .green)
        case .partial: StateMark(symbol: "◐", word: rawValue, style: .yellow)
        case .failed: StateMark(symbol: "✗", word: rawValue, style: .red)
        case .cancelled: StateMark(symbol: "⊘", word: rawValue, style: .yellow)
        }
    }
}

extension BatchRowState {
    package var mark: StateMark {
        switch self {
        case .pending: StateMark(symbol: "·", word: rawValue, style: .dim)
        case .queued: StateMark(symbol: "·", word: rawValue, style: .cyan)
        case .running: StateMark(symbol: "▶", word: rawValue, style: .cyan)
        case .completed: StateMark(symbol: "✓", word: rawValue, style: .green)
        case .partial: StateMark(symbol: "◐", word: rawValue, style: .yellow)
        case .failed, .refused: StateMark(symbol: "✗", word: rawValue, style: .red)
        case .cancelled, .deleted: StateMark(symbol: "⊘", word: rawValue, style: .yellow)
        }
    }
}

/// Batches for a person.
package enum BatchText {
    /// `8 completed, 2 failed, 1 left out as not valid`; states without rows are left out.
    package static func amounts(of batch: Batch, _ counts: BatchCounts) -> String {
        var parts = BatchRowState.allCases.compactMap { state -> String? in
            guard counts[state] > 0 else { return nil }
            let word = state == .pending ? "not started" : state.rawValue
            return "\(counts[state]) \(word)"
        }
        if batch.invalid > 0 { parts.append("\(batch.invalid) left out as not valid") }
        return parts.isEmpty ? "no rows" : parts.joined(separator: ", ")
    }

    /// - Parameters:
    ///   - isDriven: Whether a process works on it now.
    ///   - log: Path of what such a process has printed.
    package static func text(
        of batch: Batch,
        _ counts: BatchCounts,
        isDriven: Bool,
        log: String?,
        now: Instant,
        width: Int?,
        painter: Painter
    ) -> String {
        let mark = batch.state.mark
        var fields = [
            FieldList.Field("Batch", batch.id.rawValue), FieldList.Field("Name", batch.name),
            FieldList.Field("Workflow", batch.workflowID.rawValue),
            FieldList.Field("State", mark.text, mark.style),
            FieldList.Field("Rows", "\(batch.total): " + amounts(of: batch, counts)),
            FieldList.Field("From", BatchSource(json: batch.source)?.shown ?? "–"),
            FieldList.Field("At once", "\(batch.maxParallel)"),
            FieldList.Field("Created", "\(batch.createdAt) by \(batch.userID)"),
        ]
        if let schedule = batch.scheduleID { fields.append(FieldList.Field("Schedule", schedule)) }
        if let start = batch.startedAt {
            fields.append(FieldList.Field("Started", start.description))
            let end = batch.completedAt ?? now
            fields.append(FieldList.Field("Took", DurationText.short(seconds: end.seconds(since: start))))
        }
        if let reason = batch.cancelReason { fields.append(FieldList.Field("Reason", reason)) }
        if let log { fields.append(FieldList.Field("Log", log)) }
        if !batch.state.isSettled, !isDriven {
            let text =
                batch.enqueuedAt == nil
                ? "nobody; `lockstep batches resume \(batch.id.shortText)` goes on with it"
                : "nobody; `lockstep serve --no-http` works on it"
            fields.append(FieldList.Field("Driven by", text, .yellow))
        }
        return FieldList.render(fields, width: width, painter: painter)
    }

    /// Batches as a table.
    package static func table(
        _ batches: [(batch: Batch, counts: BatchCounts)],
        isForTerminal: Bool,
        now: Instant
    ) -> Table {
        var table = Table([
            Table.Column("BATCH"), Table.Column("STATE"), Table.Column("DONE", .right), Table.Column("FAILED", .right),
            Table.Column("CREATED"), Table.Column("WORKFLOW", mayShrink: true), Table.Column("NAME", mayShrink: true),
        ])
        for (batch, counts) in batches {
            table.add([
                Table.Cell(isForTerminal ? batch.id.shortText : batch.id.rawValue),
                Table.Cell(batch.state.mark.text, batch.state.mark.style),
                Table.Cell("\(counts.done)/\(batch.total)"), Table.Cell("\(counts[.failed] + counts[.refused])"),
                Table.Cell(isForTerminal ? TimeText.age(of: batch.createdAt, at: now) : batch.createdAt.description),
                Table.Cell(batch.workflowID.rawValue), Table.Cell(batch.name),
            ])
        }
        return table
    }
}
