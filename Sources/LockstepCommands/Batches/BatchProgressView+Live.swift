internal import LockstepEngine
internal import LockstepModel

/// Shows a running batch: where nothing can be redrawn a line for each row that fails, and one every ten seconds.
typealias BatchProgressReporter = LiveReporter<BatchProgressView>

extension BatchProgressView: LiveView {
    static var redrawPause: Int { 200 }
    static var linePause: Int? { 10_000 }

    var isEmpty: Bool { title.isEmpty }
}

extension LiveReporter<BatchProgressView> {
    func handle(_ update: BatchUpdate) {
        self.update { view in
            view.apply(update, at: .now())
            return update.plainLine
        }
    }

    /// Shows what another process has done.
    func show(_ batch: Batch, _ counts: BatchCounts, running: [BatchRowResult]) {
        update { view in
            view.show(batch, counts, running: running, at: .now())
            return nil
        }
    }
}

extension BatchUpdate {
    /// Tells of it where nothing can be redrawn; nil when it is not worth a line.
    fileprivate var plainLine: String? {
        switch self {
        case .started(let batch, _): return "▶ \(batch.name.onOneLine): \(batch.id), \(batch.total) rows"
        case .rowEnded(let news, let state, let problem, _):
            guard state == .failed || state == .refused || state == .partial else { return nil }
            return "✗ \(news.label) \(state.rawValue): \((problem ?? "").onOneLine)"
        case .rowWaits(let news, let problem?, _): return "… \(news.label) waits: \(problem.onOneLine)"
        case .rowStarted, .rowProgress, .rowWaits, .settled: return nil
        }
    }
}
