@preconcurrency internal import Dispatch
internal import LockstepEngine
internal import LockstepModel
internal import Synchronization

/// Shows a running job on standard error: redrawn in place on a terminal, a line at each start and end elsewhere.
///
/// All drawing happens on a queue of its own, so that a terminal that was stopped (Ctrl-S) never holds up the job.
final class ProgressReporter: Sendable {
    private struct State {
        var view = ProgressView()
        var screen = RedrawnLines()
        var isDirty = false
        var lastDrawn = DispatchTime(uptimeNanoseconds: 0)
        /// What was last said of each step.
        var announced: [Int: Announcement] = [:]
    }

    private struct Announcement: Hashable {
        let status: StepStatus
        let waiting: StepWait?
    }

    private let stream: TerminalStream
    private let queue = DispatchQueue(label: "lockstep.progress")
    private let state = Mutex(State())
    private let timer: Mutex<(any DispatchSourceTimer)?> = Mutex(nil)

    init(_ stream: TerminalStream) {
        self.stream = stream
    }

    /// Begins to redraw durations as time passes; ``finish()`` ends it.
    func start() {
        guard stream.canRedraw else { return }
        let source = DispatchSource.makeTimerSource(queue: queue)
        source.schedule(deadline: .now(), repeating: .milliseconds(100))
        source.setEventHandler { [weak self] in self?.tick() }
        source.activate()
        timer.withLock { $0 = source }
    }

    func handle(_ update: JobUpdate) {
        queue.async {
            self.state.withLock { state in
                state.view.apply(update)
                state.isDirty = true
                guard self.stream.canRedraw else { return self.announce(update, &state) }
                if case .live = update { return }
                self.draw(&state)
            }
        }
    }

    /// Tells the person something while the job runs.
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
                    if self.stream.canRedraw, !state.view.rows.isEmpty { self.draw(&state) }
                }
                continuation.resume()
            }
        }
    }

    private func tick() {
        state.withLock { state in
            let age = DispatchTime.now().uptimeNanoseconds - state.lastDrawn.uptimeNanoseconds
            if !state.view.rows.isEmpty, state.isDirty || age > 500_000_000 { draw(&state) }
        }
    }

    private func draw(_ state: inout State) {
        let view = state.view
        state.screen.draw(on: stream) { size, painter in
            view.lines(width: size.columns - 1, height: size.rows, now: .now(), painter: painter)
        }
        state.isDirty = false
        state.lastDrawn = .now()
    }

    private func announce(_ update: JobUpdate, _ state: inout State) {
        switch update {
        case .started(let job):
            try? stream.write("\(job.state.mark.symbol) \(job.name.onOneLine): \(job.id) started\n")
        case .step(let index, let step):
            // An item of a step has no line of its own.
            guard state.view.rows.indices.contains(index) else { return }
            let news = Announcement(status: step.status, waiting: step.waiting)
            guard state.announced.updateValue(news, forKey: index) != news,
                let line = state.view.plainLine(index)
            else { return }
            try? stream.write(line + "\n")
        case .live, .settled: break
        }
    }
}
