import LockstepCommands
import LockstepJSON
import LockstepModel
import Testing

struct ExportPlanTests {
    @Test
    func `Files keep their names, lists get a folder, and no path comes twice`() {
        let plan = ExportPlan([
            "a": JobFixture.file("report.txt"), "b": JobFixture.file("Report.txt"), "n": 12,
            "pages": [JobFixture.file("p.txt"), JobFixture.file("p.txt")], "index": JobFixture.file("outputs.json"),
        ])
        #expect(
            plan.files.map(\.path) == ["report.txt", "Report-2.txt", "pages/p.txt", "pages/p-2.txt", "outputs-2.json"]
        )
    }

    @Test(arguments: [
        ("../../etc/passwd", ".._.._etc_passwd"), ("..", "file"), (".", "file"), ("", "file"), ("a/b", "a_b"),
        ("a\\b", "a_b"), ("line\nbreak", "line_break"), ("esc\u{1B}[2J", "esc_[2J"), ("漢字.txt", "漢字.txt"),
        ("abc\u{202E}txt.exe", "abc_txt.exe"),
    ])
    func `A file name stays in its folder and harms no terminal`(name: String, safe: String) {
        #expect(FileCopy.safeName(name) == safe)
    }

    @Test
    func `A name is never longer than a file system takes`() {
        #expect(FileCopy.safeName(String(repeating: "漢", count: 200)).utf8.count <= 255)
    }

    @Test
    func `The index has every value and where each file is`() throws {
        let plan = ExportPlan(["n": 12, "report": JobFixture.file("a/../b.txt")])
        let index = try JSONValue(parsing: plan.index)
        #expect(index["n"] == 12)
        #expect(index["report"]?["path"] == "a_.._b.txt")
        #expect(index["report"]?["file_size"] == 2048)
    }
}
