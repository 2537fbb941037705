package import LockstepEngine
internal import LockstepExecution
package import LockstepModel

/// What a person sees of a running job: one line a step, drawn from values alone.
package struct ProgressView: Sendable {
    /// One step's line.
    struct Row: Sendable {
        var name: String
        var status: StepStatus
        var startedAt: Instant?
        var completedAt: Instant?
        var percent: Int?
        /// The last line of output, or why the step failed.
        var message: String?
        /// Set while it waits for its next attempt.
        var waiting: StepWait?

        /// Whether it has the result of an earlier step.
        var isReused = false

        var word: String { waiting != nil ? "waiting" : isReused ? "reused" : status.mark.word }
    }

    private(set) var title = ""
    private(set) var rows: [Row] = []
    /// What the person should know now, below the steps.
    package var footer: String?

    /// What was last said of each step.
    private var announced: [Int: Announcement] = [:]

    private struct Announcement: Hashable {
        let status: StepStatus
        let waiting: StepWait?
    }

    package init() {}

    package mutating func apply(_ update: JobUpdate) {
        switch update {
        case .started(let job), .settled(let job):
            title = "\(job.name.onOneLine)  \(job.id)"
            let messages = rows.map(\.message)
            rows = job.steps.map(Self.row)
            for (index, message) in messages.enumerated() where rows.indices.contains(index) {
                if rows[index].message == nil { rows[index].message = message }
            }
        case .step(let index, let step):
            guard rows.indices.contains(index) else { return }
            let live = rows[index].message
            rows[index] = Self.row(step)
            if step.status == .running, rows[index].message == nil { rows[index].message = live }
        case .live(let index, let progress, _):
            guard rows.indices.contains(index) else { return }
            if let percent = progress.percent { rows[index].percent = percent }
            if let line = progress.liveOutput { rows[index].message = line.onOneLine }
        }
    }

    private static func row(_ step: JobStep) -> Row {
        Row(
            name: step.id.rawValue.onOneLine,
            status: step.status,
            startedAt: step.startedAt,
            completedAt: step.completedAt,
            percent: step.progress,
            message: step.errorMessage.map(\.onOneLine)
                ?? step.items.map { "\($0.completed + $0.failed)/\($0.total) items" },
            waiting: step.status == .running ? step.waiting : nil,
            isReused: step.reusedFrom != nil
        )
    }

    /// The lines to show, none wider than `width` columns and no more than `height`.
    ///
    /// When there are more steps than lines, those around the running one are shown and the others counted.
    package func lines(width: Int, height: Int, now: Instant, painter: Painter) -> [String] {
        var lines = [painter(.bold, title.cut(to: width))]
        let room = max(1, height - 2 - (footer == nil ? 0 : 1))
        let shown = window(of: room)
        if shown.lowerBound > 0 { lines.append(count(shown.lowerBound, "before", width, painter)) }
        let nameWidth = min(24, rows[shown].reduce(0) { max($0, $1.name.displayWidth) })
        for index in shown { lines.append(line(index, nameWidth: nameWidth, width: width, now: now, painter: painter)) }
        if shown.upperBound < rows.count {
            lines.append(count(rows.count - shown.upperBound, "after", width, painter))
        }
        if let footer { lines.append(painter(.yellow, footer.cut(to: width))) }
        return lines
    }

    private func count(_ number: Int, _ place: String, _ width: Int, _ painter: Painter) -> String {
        painter(.dim, "    … \(number) more step\(number == 1 ? "" : "s") \(place)".cut(to: width))
    }

    private func window(of room: Int) -> Range<Int> {
        guard rows.count > room else { return 0..<rows.count }
        let size = max(1, room - 2)
        let focus = rows.lastIndex { $0.status != .pending && $0.status != .skipped } ?? 0
        let start = min(max(0, focus - size / 2), rows.count - size)
        return start..<start + size
    }

    private func line(_ index: Int, nameWidth: Int, width: Int, now: Instant, painter: Painter) -> String {
        let row = rows[index]
        let mark = row.status.mark
        let number = "\(index + 1)".padded(to: "\(rows.count)".count, .right) + "/\(rows.count)"
        var text = "  \(mark.symbol) \(number) " + row.name.cut(to: nameWidth).padded(to: nameWidth)
        text += " " + row.word.padded(to: 9)
        text += " " + (row.startedAt.map { elapsed(row, since: $0, now: now) } ?? "").padded(to: 7, .right)
        if row.status == .running, let percent = row.percent { text += " " + "\(percent)%".padded(to: 4, .right) }
        if let wait = row.waiting {
            text += "  " + wait.sentence(at: now)
        } else if row.status != .completed, let message = row.message {
            text += "  " + message
        }
        while text.last == " " { text.removeLast() }
        let fitted = text.cut(to: width)
        guard fitted.hasPrefix("  " + mark.symbol) else { return fitted }
        return "  " + painter(mark.style, mark.symbol) + fitted.dropFirst(3)
    }

    private func elapsed(_ row: Row, since start: Instant, now: Instant) -> String {
        DurationText.short(seconds: (row.completedAt ?? now).seconds(since: start))
    }

    /// The line that tells of an update where nothing can be redrawn; nil when it was told already, or is not worth one.
    mutating func announce(_ update: JobUpdate) -> String? {
        switch update {
        case .started(let job): return "\(job.state.mark.symbol) \(job.name.onOneLine): \(job.id) started"
        case .step(let index, let step):
            // An item of a step has no line of its own.
            guard rows.indices.contains(index) else { return nil }
            let news = Announcement(status: step.status, waiting: step.waiting)
            return announced.updateValue(news, forKey: index) == news ? nil : plainLine(index)
        case .live, .settled: return nil
        }
    }

    /// The line that says, where nothing can be redrawn, that a step started or ended; nil when there is nothing to say.
    package func plainLine(_ index: Int) -> String? {
        guard rows.indices.contains(index) else { return nil }
        let row = rows[index]
        let place = "\(row.status.mark.symbol) \(index + 1)/\(rows.count) \(row.name)"
        switch row.status {
        case .pending: return nil
        case .running: return "\(place): " + (row.waiting.map { $0.sentence(at: .now()) } ?? "started")
        case .skipped: return "\(place): skipped"
        case .completed where row.isReused: return "\(place): reused"
        case .completed, .failed:
            guard let start = row.startedAt, let end = row.completedAt else {
                return "\(place): \(row.status.mark.word)"
            }
            let took = DurationText.short(seconds: end.seconds(since: start))
            return "\(place): \(row.status.mark.word) after \(took)"
        }
    }
}
