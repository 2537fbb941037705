import LockstepCommands
import LockstepEngine
import LockstepExecution
import LockstepModel
import Testing

struct ProgressViewTests {
    private let now = Instant(milliseconds: JobFixture.start.milliseconds + 65_000)

    private func view(_ statuses: [StepStatus]) -> ProgressView {
        var view = ProgressView()
        view.apply(
            .started(JobFixture.job(steps: statuses.enumerated().map { JobFixture.step($0.offset, $0.element) }))
        )
        return view
    }

    private func lines(_ view: ProgressView, width: Int = 80, height: Int = 24) -> [String] {
        view.lines(width: width, height: height, now: now, painter: .plain)
    }

    @Test
    func `A step is one line with its state, its time, its percent and what it last wrote`() {
        var view = view([.completed, .running, .pending])
        view.apply(.live(index: 1, StepProgress(percent: 45, liveOutput: "page 3 of 10"), jobProgress: 48))
        #expect(
            lines(view) == [
                "Analyze document  job_01K0000000000000000000ABCD",
                "  ✓ 1/3 step1 completed    1.2s",
                "  ▶ 2/3 step2 running    1m 05s  45%  page 3 of 10",
                "  · 3/3 step3 pending",
            ]
        )
    }

    @Test
    func `A failed step says why`() {
        #expect(
            lines(view([.failed, .skipped]))[1] == "  ✗ 1/2 step1 failed       1.2s  the tool ended with exit code 3"
        )
    }

    @Test(
        arguments: [20, 40, 80, 120],
        ["plain output", "漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字", "\u{1B}[2J\u{1B}]0;title\u{7}"]
    )
    func `No line is ever wider than the terminal`(width: Int, live: String) {
        var view = view([.completed, .running, .failed, .pending])
        view.apply(
            .live(index: 1, StepProgress(percent: 100, liveOutput: String(repeating: live, count: 20)), jobProgress: 1)
        )
        view.footer = "cancelling… press Ctrl-C again to stop at once"
        let lines = lines(view, width: width)
        #expect(lines.allSatisfy { $0.displayWidth <= width })
        #expect(lines.allSatisfy { !$0.unicodeScalars.contains { $0.value < 0x20 } })
    }

    @Test(arguments: [5, 10, 24])
    func `More steps than the terminal has lines are counted, and the running one stays in sight`(height: Int) {
        let statuses = (0..<100).map { $0 < 60 ? StepStatus.completed : $0 == 60 ? .running : .pending }
        let lines = lines(view(statuses), height: height)
        #expect(lines.count < height)
        #expect(lines.contains { $0.contains("▶  61/100 step61") })
        #expect(lines.contains { $0.contains("more steps before") })
        #expect(lines.contains { $0.contains("more steps after") })
    }

    @Test
    func `Where nothing is redrawn a step is one line at its start and one at its end`() {
        var view = view([.running, .pending])
        #expect(view.plainLine(0) == "▶ 1/2 step1: started")
        #expect(view.plainLine(1) == nil)
        view.apply(.step(index: 0, JobFixture.step(0, .completed)))
        #expect(view.plainLine(0) == "✓ 1/2 step1: completed after 1.2s")
    }

    @Test
    func `A line without colour says the same as one with it`() {
        let view = view([.completed, .running])
        let coloured = view.lines(width: 80, height: 24, now: now, painter: Painter(isEnabled: true))
        #expect(coloured.contains { $0.contains("\u{1B}[32m✓\u{1B}[0m 1/2 step1 completed") })
        #expect(!lines(view).joined().contains("\u{1B}"))
    }
}
