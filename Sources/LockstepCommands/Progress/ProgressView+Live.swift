internal import LockstepEngine
internal import LockstepModel

/// Shows a running job: a line at each start and end of a step where nothing can be redrawn.
typealias ProgressReporter = LiveReporter<ProgressView>

extension ProgressView: LiveView {
    static var redrawPause: Int { 100 }
    static var linePause: Int? { nil }

    var isEmpty: Bool { rows.isEmpty }

    func line(now: Instant) -> String { title }
}

extension LiveReporter<ProgressView> {
    func handle(_ update: JobUpdate) {
        let isLive = if case .live = update { true } else { false }
        self.update(isUrgent: !isLive) { view in
            view.apply(update)
            return view.announce(update)
        }
    }
}
