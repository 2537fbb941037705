internal import LockstepJSON
package import LockstepModel

/// One job in full, for a person.
package enum JobText {
    /// - Parameter width: Nil when nothing must be cut or wrapped.
    package static func text(of job: Job, now: Instant, width: Int?, painter: Painter) -> String {
        var text = FieldList.render(fields(of: job, now: now), width: width, painter: painter)
        text += section(
            "Inputs",
            FieldList.render(values(job.inputValues), width: width, painter: painter, indent: 2),
            painter
        )
        let errors = job.inputErrors.map { FieldList.Field($0.name, $0.value.stringValue ?? "", .red) }
        text += section("Wrong inputs", FieldList.render(errors, width: width, painter: painter, indent: 2), painter)
        text += section("Steps", steps(of: job, now: now, width: width, painter: painter), painter)
        let outputs = values(job.outputData ?? [:])
        text += section("Outputs", FieldList.render(outputs, width: width, painter: painter, indent: 2), painter)
        return text
    }

    private static func section(_ title: String, _ body: String, _ painter: Painter) -> String {
        body.isEmpty ? "" : "\n" + painter(.bold, title) + "\n" + body
    }

    private static func fields(of job: Job, now: Instant) -> [FieldList.Field] {
        let mark = job.state.mark
        var fields = [
            FieldList.Field("Job", job.id.rawValue), FieldList.Field("Name", job.name),
            FieldList.Field("Workflow", job.workflowID?.rawValue ?? "–"),
            FieldList.Field("State", "\(mark.text), \(job.progress)%", mark.style),
        ]
        if let parent = job.parent {
            fields.append(FieldList.Field("Called by", "\(parent.jobID), step \(parent.stepID)"))
        }
        if !job.description.isEmpty { fields.append(FieldList.Field("About", job.description)) }
        fields.append(FieldList.Field("Created", "\(job.createdAt) by \(job.userID)"))
        if let start = job.startedAt {
            fields.append(FieldList.Field("Started", start.description))
            let end = job.completedAt ?? now
            fields.append(FieldList.Field("Took", DurationText.short(seconds: end.seconds(since: start))))
        }
        if let message = job.errorMessage { fields.append(FieldList.Field("Error", message, .red)) }
        if job.state == .running, let line = job.liveOutput { fields.append(FieldList.Field("Says", line)) }
        return fields
    }

    private static func values(_ values: JSONObject) -> [FieldList.Field] {
        values.map { FieldList.Field($0.name, ValueText.short($0.value, width: 240)) }
    }

    private static func steps(of job: Job, now: Instant, width: Int?, painter: Painter) -> String {
        var table = Table([
            Table.Column("  STEP", mayShrink: true), Table.Column("TOOL", mayShrink: true), Table.Column("STATUS"),
            Table.Column("TOOK", .right), Table.Column("ERROR", mayShrink: true),
        ])
        for step in job.steps {
            let mark = step.status.mark
            let took = step.startedAt.map { DurationText.short(seconds: (step.completedAt ?? now).seconds(since: $0)) }
            table.add([
                Table.Cell("  \(step.id)"), Table.Cell((step.callsWorkflow ? "workflow " : "") + step.toolID.rawValue),
                Table.Cell(step.reusedFrom == nil ? mark.text : "\(mark.symbol) reused", mark.style),
                Table.Cell(took ?? ""), Table.Cell(step.waiting?.sentence(at: now) ?? step.errorMessage ?? ""),
            ])
        }
        return table.render(width: width, painter: painter) + remarks(on: job.steps, width: width)
    }

    /// How far loops are, and which jobs were called.
    private static func remarks(on steps: [JobStep], width: Int?) -> String {
        var text = ""
        for step in steps {
            var remarks: [String] = []
            if let items = step.items {
                remarks.append("\(items.completed) of \(items.total) items completed")
                if items.failed > 0 { remarks.append("\(items.failed) failed") }
            }
            if let child = step.childJobID { remarks.append("its job is \(child)") }
            guard !remarks.isEmpty else { continue }
            text += Paragraph.wrap(
                "  \(step.id): \(remarks.joined(separator: ", "))".onOneLine,
                width: width,
                indent: 4
            )
            text += "\n"
        }
        return text
    }
}
