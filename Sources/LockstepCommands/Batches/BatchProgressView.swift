package import LockstepEngine
package import LockstepModel

/// What a person sees of a running batch: how far it is, and one line for each row that runs, drawn from values alone.
package struct BatchProgressView: Sendable {
    /// A row that has a slot.
    struct Row: Sendable {
        let news: BatchRowNews
        var startedAt: Instant
        var percent = 0
        var line: String?
    }

    private(set) var title = ""
    private(set) var counts = BatchCounts()
    private var total = 0
    private(set) var running: [Int: Row] = [:]
    private var pace = BatchPace()
    /// The last row that failed, with why.
    private var lastFailure: String?
    /// What the person should know now.
    package var footer: String?

    package init() {}

    package mutating func apply(_ update: BatchUpdate, at now: Instant) {
        switch update {
        case .started(let batch, let counts):
            title = "\(batch.name.onOneLine)  \(batch.id)"
            total = batch.total
            take(counts, at: now)
        case .rowStarted(let news, let counts):
            running[news.row] = Row(news: news, startedAt: now)
            take(counts, at: now)
        case .rowProgress(let row, let percent, let line):
            running[row]?.percent = percent
            if let line { running[row]?.line = line.onOneLine }
        case .rowWaits(let news, let problem, let counts):
            running[news.row] = nil
            take(counts, at: now)
            if let problem { lastFailure = "\(news.label) waits: \(problem.onOneLine)" }
        case .rowEnded(let news, let state, let problem, let counts):
            running[news.row] = nil
            take(counts, at: now)
            if state == .failed || state == .refused {
                lastFailure = "\(news.label) \(state.rawValue)" + (problem.map { ": \($0.onOneLine)" } ?? "")
            }
        case .settled(_, let counts):
            running = [:]
            take(counts, at: now)
        }
    }

    /// What another process has done, as it was read from the database.
    package mutating func show(_ batch: Batch, _ counts: BatchCounts, running rows: [BatchRowResult], at now: Instant) {
        if title.isEmpty { apply(.started(batch, counts), at: now) }
        take(counts, at: now)
        running = [:]
        for row in rows {
            let news = BatchRowNews(row: row.number, name: row.name, jobID: row.jobID)
            running[row.number] = Row(news: news, startedAt: row.startedAt ?? now, percent: row.progress ?? 0)
        }
    }

    private mutating func take(_ counts: BatchCounts, at now: Instant) {
        self.counts = counts
        pace.note(done: counts.done, at: now)
    }

    /// The lines to show, none wider than `width` columns and no more than `height`.
    package func lines(width: Int, height: Int, now: Instant, painter: Painter) -> [String] {
        var lines = [painter(.bold, title.cut(to: width)), summary(width: width, now: now, painter: painter)]
        let rows = running.values.sorted { $0.news.row < $1.news.row }
        let room = max(0, height - 4 - (footer == nil ? 0 : 1))
        let shown = rows.count <= room ? rows[...] : rows.prefix(max(0, room - 1))
        let labels = min(28, shown.reduce(0) { max($0, $1.news.label.displayWidth) })
        for row in shown {
            let took = DurationText.short(seconds: now.seconds(since: row.startedAt))
            var text = "  ▶ " + row.news.label.cut(to: labels).padded(to: labels)
            text += " " + took.padded(to: 7, .right) + " " + "\(row.percent)%".padded(to: 4, .right)
            if let line = row.line { text += "  " + line }
            lines.append(text.cut(to: width))
        }
        if shown.count < rows.count {
            lines.append(painter(.dim, "    … \(rows.count - shown.count) more rows".cut(to: width)))
        }
        if let lastFailure { lines.append(painter(.red, "  ✗ \(lastFailure)".cut(to: width))) }
        if let footer { lines.append(painter(.yellow, footer.cut(to: width))) }
        return lines
    }

    private func summary(width: Int, now: Instant, painter: Painter) -> String {
        let cells = min(20, max(0, width - 58))
        let filled = total == 0 ? 0 : min(cells, counts.done * cells / total)
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: cells - filled)
        return ("  " + (cells > 0 ? bar + "  " : "") + line(now: now)).cut(to: width)
    }

    /// `1234/10000 done, 12 failed, 71/s, 2m left`.
    package func line(now: Instant) -> String {
        var parts = ["\(counts.done)/\(total) done"]
        let failed = counts[.failed] + counts[.refused]
        if failed > 0 { parts.append("\(failed) failed") }
        if counts[.partial] > 0 { parts.append("\(counts[.partial]) partial") }
        if counts[.cancelled] > 0 { parts.append("\(counts[.cancelled]) cancelled") }
        if let rate = pace.perSecond(at: now), counts.done < total {
            parts.append(rate >= 1 ? "\(rate.tenths)/s" : "\((rate * 60).tenths)/min")
            let left = Double(total - counts.done) / rate
            if left < 1e8 { parts.append("\(DurationText.short(seconds: left.rounded())) left") }
        }
        return parts.joined(separator: ", ")
    }
}

extension BatchRowNews {
    /// `row 12 invoice-77`.
    package var label: String { "row \(row)" + (name.map { " \($0.onOneLine)" } ?? "") }
}

extension Double {
    /// Rounded to a tenth, above ten to a whole number.
    fileprivate var tenths: String {
        self >= 10 ? "\(Int(rounded()))" : "\((self * 10).rounded() / 10)"
    }
}

/// How fast rows have ended of late.
package struct BatchPace: Sendable {
    private struct Sample: Sendable {
        let at: Instant
        let done: Int
    }

    private var samples: [Sample] = []

    /// How long back it looks, in milliseconds.
    private static let window: Int64 = 30_000

    package init() {}

    package mutating func note(done: Int, at now: Instant) {
        // A sample each half second is enough, so that ten thousand quick rows cost nothing.
        if let last = samples.last, samples.count > 1, now.milliseconds - last.at.milliseconds < 500 { return }
        samples.append(Sample(at: now, done: done))
        while samples.count > 2, now.milliseconds - samples[1].at.milliseconds > Self.window { samples.removeFirst() }
    }

    /// Rows a second; nil while nothing can be said.
    package func perSecond(at now: Instant) -> Double? {
        guard let first = samples.first, let last = samples.last, last.done > first.done else { return nil }
        let milliseconds = max(now.milliseconds, last.at.milliseconds) - first.at.milliseconds
        guard milliseconds >= 500 else { return nil }
        return Double(last.done - first.done) * 1000 / Double(milliseconds)
    }
}
