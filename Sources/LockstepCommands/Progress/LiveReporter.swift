@preconcurrency internal import Dispatch
internal import LockstepEngine
internal import LockstepExecution
internal import LockstepModel
internal import Synchronization

/// Shows on standard error how work goes on: redrawn in place on a terminal, elsewhere as lines that are added.
///
/// All drawing happens on a queue of its own, so that a terminal that was stopped (Ctrl-S) never holds up the work.
final class LiveReporter<View: LiveView>: Sendable {
    private struct State {
        var view = View()
        var screen = RedrawnLines()
        var isDirty = false
        var lastDrawn = DispatchTime(uptimeNanoseconds: 0)
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
        guard let pause = stream.canRedraw ? View.redrawPause : View.linePause else { return }
        let source = DispatchSource.makeTimerSource(queue: queue)
        source.schedule(deadline: .now() + .milliseconds(min(pause, 100)), repeating: .milliseconds(pause))
        source.setEventHandler { [weak self] in self?.tick() }
        source.activate()
        timer.withLock { $0 = source }
    }

    /// Changes what is shown.
    ///
    /// - Parameters:
    ///   - isUrgent: Draws it now, and not when the time for it comes.
    ///   - change: Returns the line that tells of the change where nothing can be redrawn; nil when it is not worth one.
    func update(isUrgent: Bool = false, _ change: @escaping @Sendable (inout View) -> String?) {
        queue.async {
            self.state.withLock { state in
                let line = change(&state.view)
                state.isDirty = true
                if self.stream.canRedraw {
                    if isUrgent { self.draw(&state) }
                } else if let line {
                    try? self.stream.write(line + "\n")
                }
            }
        }
    }

    /// Tells the person something while the work goes on.
    func say(_ text: String) {
        update(isUrgent: true) { view in
            view.footer = text
            return "lockstep: \(text)"
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
                    if self.stream.canRedraw, !state.view.isEmpty { self.draw(&state) }
                }
                continuation.resume()
            }
        }
    }

    /// Shows work until it is over; the first signal asks it to stop, the second one to stop at once.
    func follow<Value>(_ work: (StopSignal) async throws -> Value) async -> Result<Value, any Error> {
        let stop = StopSignal()
        StopSignals.watch { count in
            if count == 1 {
                stop.stop()
                self.say("cancelling… press Ctrl-C again to stop at once")
            } else {
                stop.stopNow()
                if count == 2 { self.say("stopping at once") }
            }
        }
        start()
        let result: Result<Value, any Error>
        do { result = .success(try await work(stop)) } catch { result = .failure(error) }
        await finish()
        return result
    }

    private func tick() {
        state.withLock { state in
            guard !state.view.isEmpty else { return }
            guard stream.canRedraw else {
                try? stream.write("  \(state.view.line(now: .now()))\n")
                return
            }
            // Durations go on also when nothing else does.
            let age = DispatchTime.now().uptimeNanoseconds - state.lastDrawn.uptimeNanoseconds
            if state.isDirty || age > 500_000_000 { draw(&state) }
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
}
