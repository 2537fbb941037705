import LockstepCommands
import LockstepJSON
import LockstepModel
import Testing

struct OutputSummaryTests {
    @Test
    func `A value is a line and a file also says where it is and how to get it`() {
        let job = JobFixture.job(
            state: .completed,
            outputs: ["count": 12, "text": "two\nlines", "report": JobFixture.file("report.txt")]
        )
        let text = OutputSummary.text(of: job, path: { "/assets/\($0.assetID)" }, width: 80, painter: .plain)
        #expect(
            text == """
                count: 12
                text: two lines
                report: report.txt (text/plain, 2 KiB)
                  /assets/file_1
                  lockstep outputs get 0000ABCD report
                """
        )
    }

    @Test
    func `A long value is cut to the terminal and whole where there is none`() {
        let long = String(repeating: "漢字 ", count: 100)
        let job = JobFixture.job(state: .completed, outputs: ["text": .string(long)])
        let cut = OutputSummary.text(of: job, path: { _ in nil }, width: 80, painter: .plain)
        #expect(cut.displayWidth <= 80)
        #expect(cut.hasSuffix("…"))
        #expect(OutputSummary.text(of: job, path: { _ in nil }, width: nil, painter: .plain).contains(long))
    }

    @Test
    func `A list of files is exported and not got`() {
        let files: JSONValue = [JobFixture.file("a.txt"), JobFixture.file("b.txt", id: "file_2")]
        let job = JobFixture.job(state: .completed, outputs: ["pages": files])
        let text = OutputSummary.text(of: job, path: { _ in nil }, width: 80, painter: .plain)
        #expect(text == "pages: 2 files: a.txt, b.txt\n  lockstep outputs export 0000ABCD FOLDER")
    }
}
