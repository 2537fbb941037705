import LockstepCommands
import LockstepJSON
import LockstepModel
import Testing

struct JobTextTests {
    private let now = Instant(milliseconds: JobFixture.start.milliseconds + 125_000)

    @Test
    func `A list of jobs fits 80 columns and names each by the end of its id`() {
        let text = JobTable.table([JobFixture.job(), JobFixture.job(state: .cancelled)], isForTerminal: true, now: now)
            .render(width: 80, painter: .plain)
        let lines = text.split(separator: "\n")
        #expect(lines.allSatisfy { $0.displayWidth <= 80 })
        #expect(lines[1] == "0000ABCD  ▶ running      0%  2m ago   analyze_document  Analyze document")
        #expect(lines[2].contains("⊘ cancelled"))
    }

    @Test
    func `A list of jobs for a pipe has whole ids and times`() {
        let text = JobTable.table([JobFixture.job()], isForTerminal: false, now: now).render(
            width: nil,
            painter: .plain
        )
        #expect(text.contains("job_01K0000000000000000000ABCD"))
        #expect(text.contains(JobFixture.start.description))
    }

    @Test(arguments: [40, 80])
    func `One job in full stays within the terminal`(width: Int) {
        var job = JobFixture.job(
            state: .failed,
            steps: [
                JobFixture.step(0, .failed), JobFixture.step(1, .skipped, id: String(repeating: "long_step", count: 9)),
            ],
            outputs: ["out": "value"]
        )
        job.errorMessage = String(repeating: "something is wrong ", count: 20)
        job.inputValues = ["document": JobFixture.file(String(repeating: "漢字", count: 60) + ".txt")]
        job.inputErrors = ["depth": "must be one of basic, detailed"]
        let text = JobText.text(of: job, now: now, width: width, painter: .plain)
        for line in text.split(separator: "\n") where !line.contains("漢") {
            #expect(line.displayWidth <= width, "\(line)")
        }
        for part in ["✗ failed", "– skipped", "Wrong inputs", "must be one of", "Outputs"] {
            #expect(text.contains(part))
        }
    }

    @Test(arguments: JobState.allCases)
    func `Every state has a symbol of its own kind and its word`(state: JobState) {
        #expect(state.mark.word == state.rawValue)
        #expect(state.mark.symbol.displayWidth == 1)
    }
}
