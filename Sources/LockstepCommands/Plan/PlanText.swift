package import LockstepEngine
internal import LockstepJSON
internal import LockstepModel

/// A plan, for a person.
package enum PlanText {
    /// - Parameter width: Nil when nothing must be cut or wrapped.
    package static func text(of plan: RunPlan, width: Int?, painter: Painter) -> String {
        var page = Page(width: width, painter: painter)
        page.line("Plan of \(plan.workflowID): \(plan.name)", .bold)
        page.section("Inputs", plan.inputs.map { ($0.name, shown($0.value)) })
        page.steps(of: plan, indent: 0)
        page.section("Outputs", plan.outputs.map { ($0.name, shown($0.value)) })
        var notes: [String] = []
        if let cost = plan.estimatedCost {
            notes.append("It would cost \(cost.isLeast ? "at least" : "about") \(cost.amount).")
        }
        if let problem = plan.lookupProblem { notes.append("Earlier results could not be looked at. \(problem)") }
        notes.append("Nothing was run.")
        page.line("")
        for note in notes { page.line(note) }
        return page.text
    }

    /// A value as nobody can mistake it for a mark: text in quotation marks.
    static func shown(_ value: PlannedValue) -> String {
        switch value {
        case .known(nil): "no value"
        case .known(.string(let text)?): JSONWriter.text(.string(text)).onOneLine.cut(to: shownColumns)
        case .known(let value?): ValueText.short(value, width: shownColumns)
        case .waits(let names): mark(names)
        }
    }

    private static let shownColumns = 200

    /// What only a run can tell.
    static func mark(_ names: [String]) -> String { names.map { "‹\($0)›" }.joined(separator: ", ") }

    /// Lines that fit.
    private struct Page {
        let width: Int?
        let painter: Painter
        private(set) var text = ""

        init(width: Int?, painter: Painter) {
            self.width = width
            self.painter = painter
        }

        mutating func line(_ line: String, _ style: Style = .plain, indent: Int = 0) {
            let margin = String(repeating: " ", count: indent)
            for part in Paragraph.wrap(margin + line.onOneLine, width: width, indent: 2).split(
                separator: "\n",
                omittingEmptySubsequences: false
            ) { text += painter(style, String(part)) + "\n" }
        }

        mutating func section(_ title: String, _ fields: [(String, String)]) {
            guard !fields.isEmpty else { return }
            text += "\n" + painter(.bold, title) + "\n"
            add(fields.map { FieldList.Field($0.0, $0.1) }, indent: 2)
        }

        mutating func add(_ fields: [FieldList.Field], indent: Int) {
            text += FieldList.render(fields, width: width, painter: painter, indent: indent)
        }

        mutating func steps(of plan: RunPlan, indent: Int) {
            var isFinal: Bool?
            for step in plan.steps {
                if isFinal != step.isFinal, indent == 0 || step.isFinal {
                    if indent == 0 { text += "\n" }
                    line(step.isFinal ? "Finally" : "Steps", .bold, indent: indent)
                    isFinal = step.isFinal
                }
                line(PlanText.title(of: step), .bold, indent: indent + 2)
                add(PlannedStepFields.fields(of: step), indent: indent + 6)
                if case .workflow(let called)? = step.content { steps(of: called, indent: indent + 4) }
            }
        }
    }

    private static func title(of step: PlannedStep) -> String {
        let work =
            switch step.work {
            case .tool(let reference): reference.id.rawValue
            case .workflow(let id): "workflow \(id)"
            }
        return "\(step.number) \(step.id) · \(work)" + (step.isSkipped ? " · skipped" : "")
    }
}
