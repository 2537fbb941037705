@preconcurrency internal import Dispatch
internal import LockstepEngine
internal import LockstepModel
internal import Synchronization

/// Shows a running batch on standard error: redrawn in place on a terminal; elsewhere a line for each row that fails, and one
/// every ten seconds.
final class BatchProgressReporter: Sendable {
    private struct State {
        var view = BatchProgressView()
        var screen = RedrawnLines()
        var hasBegun = false
        var lastLine = DispatchTime(uptimeNanoseconds: 0)
    }

    private let stream: TerminalStream
    private let queue = DispatchQueue(label: "lockstep.progress")
    private let state = Mutex(State())
    private let timer: Mutex<(any DispatchSourceTimer)?> = Mutex(nil)

    init(_ stream: TerminalStream) {
        self.stream = stream
    }

    /// Begins to draw as time passes; ``finish()`` ends it.
    func start() {
        let source = DispatchSource.makeTimerSource(queue: queue)
        source.schedule(
            deadline: .now() + .milliseconds(100),
            repeating: stream.canRedraw ? .milliseconds(200) : .seconds(10)
        )
        source.setEventHandler { [weak self] in self?.tick() }
        source.activate()
        timer.withLock { $0 = source }
    }

    func handle(_ update: BatchUpdate) {
        queue.async {
            self.state.withLock { state in
                state.view.apply(update, at: .now())
                state.hasBegun = true
                guard !self.stream.canRedraw else { return }
                self.announce(update)
            }
        }
    }

    /// Shows what another process has done.
    func show(_ batch: Batch, _ counts: BatchCounts, running: [BatchRowResult]) {
        queue.async {
            self.state.withLock { state in
                state.view.show(batch, counts, running: running, at: .now())
                state.hasBegun = true
            }
        }
    }

    /// Tells the person something while the batch runs.
    func say(_ text: String) {
        queue.async {
            self.state.withLock { state in
                state.view.footer = text
                if self.stream.canRedraw { self.draw(&state) } else { try? self.stream.write("lockstep: \(text)\n") }
            }
        }
    }

    /// Draws the last state and returns when it is on the screen.
    func finish() async {
        timer.withLock { source in
            source?.cancel()
            source = nil
        }
        await withCheckedContinuation { continuation in
            queue.async {
                self.state.withLock { state in
                    state.view.footer = nil
                    if self.stream.canRedraw, state.hasBegun { self.draw(&state) }
                }
                continuation.resume()
            }
        }
    }

    private func tick() {
        state.withLock { state in
            guard state.hasBegun else { return }
            if stream.canRedraw { return draw(&state) }
            try? stream.write("  \(state.view.line(now: .now()))\n")
        }
    }

    private func draw(_ state: inout State) {
        let view = state.view
        state.screen.draw(on: stream) { size, painter in
            view.lines(width: size.columns - 1, height: size.rows, now: .now(), painter: painter)
        }
    }

    private func announce(_ update: BatchUpdate) {
        switch update {
        case .started(let batch, _):
            try? stream.write("▶ \(batch.name.onOneLine): \(batch.id), \(batch.total) rows\n")
        case .rowEnded(let news, let state, let problem, _):
            guard state == .failed || state == .refused || state == .partial else { return }
            try? stream.write("✗ \(news.label) \(state.rawValue): \((problem ?? "").onOneLine)\n")
        case .rowWaits(let news, let problem?, _):
            try? stream.write("… \(news.label) waits: \(problem.onOneLine)\n")
        case .rowStarted, .rowProgress, .rowWaits, .settled: break
        }
    }
}
