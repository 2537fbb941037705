import LockstepCommands
import LockstepModel
import Testing

struct TestReportTextTests {
    @Test
    func `Everything that is wrong with a case stands below it with its place`() throws {
        let text = TestReportText().text(of: try TestReportFixture().result)
        #expect(
            text == """
                workflow-tests/w.yaml
                  ✓ passes  0.0s
                  ✗ fails  0.0s
                    state  (workflow-tests/w.yaml:6:14)
                      expected  completed
                      was       failed
                      STEP_FAILED: no
                    outputs.v  (workflow-tests/w.yaml:6:14)
                      expected  {"a":2}
                      was       {"a":1}
                    variables.v  (workflow-tests/w.yaml:6:14)
                        one
                      - two
                      + three
                  ✗ breaks  0.0s
                    workflow-tests/w.yaml:4:5
                      The step `s` has no stub.

                """
        )
    }

    @Test
    func `Of long values the part is shown in which they differ`() throws {
        let long = "{\"a\":\"" + String(repeating: "x", count: 5000) + "\"}"
        let text = TestReportText().text(of: try TestReportFixture(actual: long).result)
        #expect(text.split(separator: "\n").allSatisfy { $0.count < 200 })
    }

    @Test
    func `Names and values cannot steer the terminal`() throws {
        let text = TestReportText().text(
            of: try TestReportFixture(name: "a\u{1B}[2J\nb\u{202E}", actual: "\u{7}\u{1B}]0;x").result
        )
        #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0.value == 0x202E })
        #expect(text.contains("✗ a^[[2J b  "))
    }

    @Test
    func `The sum decides the exit status`() throws {
        let (good, bad) = (try TestReportFixture(), try TestReportFixture(isValid: false))
        #expect(TestReport([good.result]).status == .failed)
        #expect(TestReport([good.result, bad.result]).status == .invalid)
        #expect(TestReport([good.result]).summary.hasPrefix("3 cases in 1 file: 1 passed, 2 failed, after "))
        #expect(TestReport([bad.result]).summary.hasPrefix("0 cases in 1 file: 0 passed, 1 file invalid, after "))
    }
}
