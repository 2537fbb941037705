import Testing

@testable import LockstepExecution

struct ProgressPatternTests {
    @Test(arguments: [
        (#"page (?<current>\d+) of (?<total>\d+)"#, "page 3 of 10", 30),
        (#"page (?<current>\d+) of (?<total>\d+)"#, "page 3 of 0", nil),
        (#"(?<percent>[\d.]+)%"#, "done 41.7% so far", 41),
        (#"(?<percent>[\d.]+)%"#, "done 170%", 100),
        (#"(?<percent>[\d.]+)%"#, "done", nil),
        (#"(\d+)"#, "7", nil),
    ] as [(String, String, Int?)])
    func `a line says how far the tool is`(pattern: String, line: String, expected: Int?) throws {
        #expect(try #require(ProgressPattern(pattern)).percent(in: line) == expected)
    }

    @Test func `an expression that is none says nothing`() {
        #expect(ProgressPattern("(") == nil)
    }

    @Test(.timeLimit(.minutes(1)))
    func `a running tool's lines become percent`() async throws {
        let bench = try StepBench()
        var invocation = bench.invocation(["sh", "-c", "for i in 1 2 3 4; do echo $i of 4; sleep 0.3; done"])
        invocation.progressPattern = #"(?<current>\d+) of (?<total>\d+)"#
        let seen = ProgressLog()
        _ = try await bench.executor.run(invocation, stop: StopSignal()) { await seen.add($0.percent) }
        let percents = await seen.percents.compactMap(\.self)
        #expect(!percents.isEmpty)
        #expect(percents.allSatisfy { [25, 50, 75, 100].contains($0) })
        #expect(percents == percents.sorted())
    }
}

private actor ProgressLog {
    var percents: [Int?] = []

    func add(_ percent: Int?) { percents.append(percent) }
}
