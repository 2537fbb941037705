import Glibc
import Testing

@testable import LockstepExecution

struct ProgressPatternTests {
    @Test(
        arguments: [
            (#"page (?<current>\d+) of (?<total>\d+)"#, "page 3 of 10", 30),
            (#"page (?<current>\d+) of (?<total>\d+)"#, "page 3 of 0", nil),
            (#"(?<percent>[\d.]+)%"#, "done 41.7% so far", 41),
            (#"(?<percent>[\d.]+)%"#, "done 170%", 100),
            (#"(?<percent>[\d.]+)%"#, "done", nil),
            (#"(\d+)"#, "7", nil),
        ] as [(String, String, Int?)]
    )
    func `a line says how far the tool is`(pattern: String, line: String, expected: Int?) throws {
        #expect(try #require(ProgressPattern(pattern)).percent(in: line) == expected)
    }

    @Test func `an expression that is none says nothing`() {
        #expect(ProgressPattern("(") == nil)
    }

    /// The tool goes on only when its line has been noticed, so nothing here depends on how quick the machine is.
    @Test(.timeLimit(.minutes(10)))
    func `a running tool's lines become percent`() async throws {
        let bench = try StepBench()
        let script = "for i in 1 2 3 4; do echo $i of 4; while ! [ -e seen$i ]; do sleep 0.05; done; done"
        var invocation = bench.invocation(["sh", "-c", script])
        invocation.progressPattern = #"(?<current>\d+) of (?<total>\d+)"#
        let work = "\(invocation.attemptFolder)/work"
        let seen = ProgressLog()
        let outcome = try await bench.executor.run(invocation, stop: StopSignal()) { progress in
            guard let percent = progress.percent else { return }
            await seen.add(percent)
            close(open("\(work)/seen\(percent / 25)", O_WRONLY | O_CREAT | O_CLOEXEC, 0o644))
        }
        #expect(outcome.succeeded)
        #expect(await seen.percents == [25, 50, 75, 100])
    }
}

private actor ProgressLog {
    var percents: [Int] = []

    func add(_ percent: Int) { percents.append(percent) }
}
