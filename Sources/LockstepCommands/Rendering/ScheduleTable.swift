package import LockstepEngine
internal import LockstepJSON
package import LockstepModel
internal import LockstepStore

/// Schedules and what became of their times, as tables.
package enum ScheduleTable {
    package static func table(_ schedules: [ScheduleStatus]) -> Table {
        var table = Table([
            Table.Column("SCHEDULE"), Table.Column("TIMES", mayShrink: true), Table.Column("NEXT"),
            Table.Column("LAST", mayShrink: true), Table.Column("STATE"),
        ])
        for status in schedules {
            table.add([
                Table.Cell(status.stored.id.rawValue), Table.Cell(status.when), Table.Cell(status.next),
                status.last.map { Table.Cell($0.outcome.rawValue, $0.outcome.style) } ?? "", status.state,
            ])
        }
        return table
    }

    package static func fields(of status: ScheduleStatus, at now: Instant) -> [FieldList.Field] {
        let stored = status.stored
        var fields = [
            FieldList.Field("schedule", stored.id.rawValue, .bold),
            FieldList.Field("workflow", stored.workflowID.rawValue),
            FieldList.Field("times", status.when), FieldList.Field("next", status.nextText(at: now)),
            FieldList.Field("state", status.state.text, status.state.style),
        ]
        if let problem = status.problem { fields.append(FieldList.Field("problem", problem, .red)) }
        for (name, value) in stored.definition.objectValue ?? [:] where name != "schedule_id" {
            fields.append(FieldList.Field(name, value.stringValue ?? value.description))
        }
        if !status.active.isEmpty { fields.append(FieldList.Field("running", status.active.joined(separator: ", "))) }
        if let last = status.last {
            let text = "\(last.nominal) \(last.outcome.rawValue)" + (last.reason.map { ": \($0)" } ?? "")
            fields.append(FieldList.Field("last", text))
        }
        let place = stored.origin == .file ? "the workflow's file" : "a command of \(stored.createdBy)"
        fields.append(FieldList.Field("from", "\(place), in force since \(stored.changedAt)"))
        return fields
    }

    package static func table(_ preview: SchedulePreview) -> Table {
        var table = Table([Table.Column("TIME"), Table.Column("UTC"), Table.Column("CLOCKS", mayShrink: true)])
        let zone = preview.schedule.zone
        var changes = preview.changes[...]
        for time in preview.times {
            var marks: [String] = []
            while let change = changes.first, change.instant <= time {
                marks.append(change.words)
                changes = changes.dropFirst()
            }
            table.add([
                Table.Cell(zone.shown(time)), Table.Cell(time.minuteText),
                Table.Cell(marks.joined(separator: "; "), .yellow),
            ])
        }
        return table
    }

    package static func table(_ entries: [LedgerEntry]) -> Table {
        var table = Table([
            Table.Column("TIME"), Table.Column("OUTCOME"), Table.Column("JOB"), Table.Column("WHY", mayShrink: true),
        ])
        for entry in entries {
            table.add([
                Table.Cell(entry.nominal.minuteText), Table.Cell(entry.outcome.rawValue, entry.outcome.style),
                Table.Cell(entry.jobID?.shortText ?? entry.batchID?.shortText ?? ""), Table.Cell(entry.reason ?? ""),
            ])
        }
        return table
    }

    package static func simulated(_ entries: [LedgerEntry]) -> Table {
        var table = Table([
            Table.Column("SCHEDULE"), Table.Column("TIME"), Table.Column("OUTCOME"), Table.Column("DECIDED"),
            Table.Column("WHY", mayShrink: true),
        ])
        for entry in entries {
            table.add([
                Table.Cell(entry.scheduleID.rawValue), Table.Cell(entry.nominal.minuteText),
                Table.Cell(entry.outcome.rawValue, entry.outcome.style), Table.Cell(entry.decidedAt.minuteText),
                Table.Cell(entry.reason ?? ""),
            ])
        }
        return table
    }
}

extension LedgerEntry.Outcome {
    fileprivate var style: Style {
        switch self {
        case .fired: .green
        case .skipped, .coalesced, .queued: .yellow
        case .missed: .red
        }
    }
}

extension Instant {
    /// `2026-11-22T02:30Z`; with seconds and milliseconds where there are some.
    fileprivate var minuteText: String {
        milliseconds % 60_000 == 0 ? description.prefix(16) + "Z" : description
    }
}

extension ScheduleZone {
    fileprivate func shown(_ instant: Instant) -> String {
        "\(localTime(at: instant)) \(abbreviation(at: instant))"
    }
}

extension ZoneTransition {
    /// `clocks go forward 1h: CET to CEST`.
    fileprivate var words: String {
        let amount = DurationText(milliseconds: Int64(abs(seconds)) * 1000)
        return "clocks go \(seconds > 0 ? "forward" : "back") \(amount): \(abbreviationBefore) to \(abbreviationAfter)"
    }
}

extension ScheduleStatus {
    /// Its times in words.
    var when: String {
        switch schedule?.timing {
        case .cron(let expression, let zone): expression.words(in: zone)
        case .once(let time, let zone): "once, at \(zone.name == "UTC" ? time.description : zone.shown(time))"
        case nil: "unknown"
        }
    }

    /// The next time, on the clocks of its zone; empty when there is none, or when its definition cannot be read.
    var next: String {
        guard let schedule, let due = stored.nextDue else { return "" }
        return schedule.zone.shown(due)
    }

    /// The next time and how long it is until then, as a sentence.
    func nextText(at now: Instant) -> String {
        guard let due = stored.nextDue else { return "It does not fire any more." }
        guard schedule != nil else { return "Its definition cannot be read, so nothing fires." }
        let wait = due > now ? "in \(DurationText.short(seconds: due.seconds(since: now)))" : "due now"
        return "Next: \(next), \(wait)."
    }

    var state: Table.Cell {
        if stored.endedAt != nil { return Table.Cell("removed", .dim) }
        if isPaused { return Table.Cell("paused", .yellow) }
        if problem != nil { return Table.Cell("problem", .red) }
        return stored.nextDue == nil ? Table.Cell("over", .dim) : Table.Cell("active", .green)
    }

    var json: JSONValue {
        var object: JSONObject = [
            "schedule_id": .string(stored.id.rawValue), "workflow_id": .string(stored.workflowID.rawValue),
            "tenant_id": .string(stored.tenantID), "state": .string(state.text), "times": .string(when),
            "definition": stored.definition, "origin": .string(stored.origin.rawValue),
            "created_by": .string(stored.createdBy), "created_at": stored.createdAt.json,
            "changed_at": stored.changedAt.json, "decided_through": stored.cursor.json,
        ]
        object["next_due_at"] = stored.nextDue?.json ?? .null
        object["paused_since"] = stored.pause?.from.json ?? .null
        object["ended_at"] = stored.endedAt?.json ?? .null
        object["problem"] = problem.map { .string($0) } ?? .null
        object["running"] = .array(active.map { .string($0) })
        object["last_occurrence"] = last?.json ?? .null
        return .object(object)
    }
}

extension SchedulePreview {
    var json: JSONValue {
        let zone = schedule.zone
        return [
            "times": .array(
                times.map { time in
                    [
                        "nominal_at": time.json, "due_at": schedule.dueTime(of: time).json,
                        "local": .string(zone.localTime(at: time).description),
                        "zone": .string(zone.abbreviation(at: time)),
                    ]
                }
            ),
            "has_more": .bool(hasMore),
            "clock_changes": .array(
                changes.map { change in
                    [
                        "at": change.instant.json, "seconds": .integer(Int64(change.seconds)),
                        "before": .string(change.abbreviationBefore), "after": .string(change.abbreviationAfter),
                    ]
                }
            ),
        ]
    }
}
