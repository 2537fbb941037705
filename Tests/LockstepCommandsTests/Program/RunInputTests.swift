import LockstepJSON
import LockstepTestSupport
import Testing

import enum LockstepModel.ExitStatus

@Suite(.timeLimit(.minutes(10)))
struct RunInputTests {
    /// A wrong command line and what comes of it.
    struct Mistake: Sendable {
        /// After `run workflow copy`.
        let arguments: [String]
        let status: ExitStatus
        /// What standard error must say.
        let texts: [String]

        init(_ arguments: [String], _ status: ExitStatus, _ texts: [String]) {
            self.arguments = arguments
            self.status = status
            self.texts = texts
        }
    }

    private static let mistakes: [Mistake] = [
        Mistake(["-i", "document"], .usage, ["`document`", "name=value"]),
        Mistake(["-i", "=x", "-i", "y"], .usage, ["`=x`", "`y`"]),
        Mistake([], .invalid, ["document", "level", "is required"]),
        Mistake(["-i", "docment=note.txt", "-i", "level=low"], .invalid, ["did you mean document?"]),
        Mistake(
            ["-i", "document=nowhere.txt", "-i", "level=middle", "-i", "count=x"],
            .invalid,
            ["nowhere.txt", "low", "count"]
        ),
        Mistake(["-i", "document=workflows", "-i", "level=low"], .invalid, ["is a folder"]),
        Mistake(["-i", "document=pipe", "-i", "level=low"], .invalid, ["no regular file"]),
        Mistake(["-i", "document=empty.txt", "-i", "level=low"], .invalid, ["is empty"]),
        Mistake(["-i", "document=picture.png", "-i", "level=low"], .invalid, ["text/plain", "image/png"]),
        Mistake(["-i", "document=", "-i", "level=low"], .invalid, ["is empty"]),
        Mistake(["-i", "document=note.txt", "-i", "level=low", "-i", "level=high"], .invalid, ["given 2 times"]),
        Mistake(["-i", "document=note.txt", "-i", "level=low", "-i", "count=10"], .invalid, ["9"]),
        Mistake(["--inputs", "nowhere.yaml"], .invalid, ["nowhere.yaml"]),
        Mistake(["--inputs", "broken.yaml"], .invalid, ["broken.yaml:"]),
        Mistake(["--inputs", "list.json"], .invalid, ["list.json", "array"]),
        Mistake(["--inputs", "workflows"], .invalid, ["folder"]),
    ]

    @Test(arguments: mistakes)
    func `Wrong inputs are told all at once and nothing is run`(_ mistake: Mistake) async throws {
        let test = try SmallProject.inputs().file("empty.txt", "").file("broken.yaml", "a: [1\nb: }\n")
            .file("list.json", "[1, 2]")
        let made = try await test.shell(#"mkfifo pipe; printf '\211PNG\r\n\032\n\000\000\000\rIHDR' > picture.png"#)
        #expect(made.status == 0, "\(made)")
        let run = try await test.start(["run", "workflow", "copy"] + mistake.arguments).result()
        #expect(run.status == mistake.status.rawValue, "\(run)")
        for text in mistake.texts { #expect(run.stderr.contains(text), "\(text) is not in \(run)") }
        #expect(run.stdout.isEmpty, "\(run)")
        let jobs = try await test.run("jobs", "list", "--output", "json")
        #expect(jobs.data?["jobs"]?.arrayValue?.isEmpty == true, "\(jobs)")
    }

    @Test
    func `Wrong inputs are JSON on standard output when JSON was asked for`() async throws {
        let run = try await SmallProject.inputs().run("run", "workflow", "copy", "-i", "level=odd", "--output", "json")
        #expect(run.status == ExitStatus.invalid.rawValue)
        #expect(run.json?["success"] == false, "\(run)")
        #expect(run.json?["error_code"] == "VALIDATION_ERROR")
        #expect(
            run.json?["fields"]?.arrayValue?.compactMap { $0["field"]?.stringValue } == ["document", "level"],
            "\(run)"
        )
    }

    @Test(arguments: [
        (["run", "workflow", "coopy"], "copy"), (["run", "tool", "copyer"], "copier"),
        (["workflows", "show", "cop"], "copy"),
    ])
    func `What is not there exits with 5 and names the nearest`(arguments: [String], nearest: String) async throws {
        let run = try await SmallProject.inputs().start(arguments).result()
        #expect(run.status == ExitStatus.notFound.rawValue, "\(run)")
        #expect(run.stderr.contains("`\(nearest)`"), "\(run)")
    }

    @Test
    func `A workflow that is not valid is not run and every mistake is shown`() async throws {
        let test = try SmallProject.shell("echo hi").file("workflows/broken.yaml", "workflow_id: broken\nstepz: 1\n")
        let run = try await test.run("run", "workflow", "broken")
        #expect(run.status == ExitStatus.invalid.rawValue, "\(run)")
        #expect(run.stderr.contains("workflows/broken.yaml:2:1: error:"), "\(run)")
    }

    @Test
    func `Inputs come from a file, its paths begin at its folder, and an argument wins`() async throws {
        let test = try SmallProject.inputs()
        try test.file("elsewhere/inputs.yaml", "document: text.txt\nlevel: wrong\n").file(
            "elsewhere/text.txt",
            "from elsewhere\n"
        )
        let run = try await test.run("run", "workflow", "copy", "--inputs", "elsewhere/inputs.yaml", "-i", "level=high")
        #expect(run.status == 0, "\(run)")
        let copy = try await test.run("outputs", "get", "last", "copied", "-o", "-")
        #expect(copy.stdout == "from elsewhere\n", "\(copy)")
    }
}
