import Foundation
import Glibc
import LockstepEngine
import LockstepJSON
import LockstepModel
import LockstepStore
import LockstepTestSupport
import Testing

/// Seed 002, section 2, and every way an input can be wrong.
struct JobInputTests {
    private let fixture: EngineFixture

    init() throws {
        fixture = try EngineFixture()
    }

    private func errors(_ inputs: [GivenInput]) async throws -> [FieldError] {
        let error = await #expect(throws: JobError.self) {
            try await fixture.service.createJob(try fixture.request(inputs), as: fixture.actor)
        }
        #expect(error?.code == .validationError)
        let page = try await fixture.service.listJobs(JobFilter(), as: fixture.actor)
        #expect(page.jobs.isEmpty, "a job was left behind")
        return error?.fields ?? []
    }

    @Test func `inputs go by name or by id, are parsed by their schema, and defaults fill in`() async throws {
        let job = try await fixture.service.createJob(
            try fixture.request([
                fixture.input("doc", "doc.txt"), fixture.input("word", "hello"), fixture.input("times", "3"),
            ]),
            as: fixture.actor
        )
        #expect(job.inputValues["times"] == 3)
        #expect(job.inputValues["word"] == "hello")
        let file = try #require(FileValue(json: job.inputValues["doc"] ?? .null))
        #expect(file.name == "doc.txt")
        #expect(file.mimeType == "text/plain")
        let assets = try await fixture.service.listAssets(job.id, as: fixture.actor)
        #expect(assets.map(\.id) == [file.assetID])
        #expect(FileManager.default.contents(atPath: fixture.service.assetPath(assets[0])) == Data("some words\n".utf8))
        let defaulted = try await fixture.createJob()
        #expect(defaulted.inputValues["times"] == 1)
    }

    @Test func `all mistakes are reported together and nothing is kept`() async throws {
        let errors = try await errors([
            fixture.input("wrod", "hello"), fixture.input("word", "hullo"), fixture.input("times", "many"),
        ])
        #expect(errors.map(\.field) == ["wrod", "doc", "word", "times"])
        #expect(errors[0].message.contains("did you mean word?"))
        #expect(errors[1].message.contains("is required"))
        #expect(errors[2].message.contains("one of hello, goodbye"))
        #expect(errors[3].message.contains("integer"))
        #expect(try fixture.folder.names(in: ".lockstep/assets") == ["incoming"])
    }

    @Test func `a missing file, a folder, an empty file and a wrong type are each named`() async throws {
        try fixture.folder.write("", to: "empty.txt")
        try fixture.folder.write("%PDF-1.4\n1 0 obj\n<<>>\nendobj\n", to: "report.txt")
        for (path, words) in [
            ("nowhere.txt", "there is no file at"), (".", "is a folder"), ("empty.txt", "is empty"),
            ("report.txt", "application/pdf"), ("doc.txt/x", "there is no file at"), ("", "give the path"),
        ] {
            let errors = try await errors([fixture.input("doc", path), fixture.input("word", "hello")])
            #expect(errors.count == 1)
            #expect(errors.first?.message.contains(words) == true, "\(path): \(errors.first?.message ?? "")")
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func `a FIFO is refused at once instead of being waited for`() async throws {
        #expect(mkfifo(fixture.folder.path("pipe.txt"), 0o644) == 0)
        let errors = try await errors([fixture.input("doc", "pipe.txt"), fixture.input("word", "hello")])
        #expect(errors.first?.message.contains("no regular file") == true)
    }

    @Test func `a file name with a line break is refused with the remedy`() async throws {
        try fixture.folder.write("words", to: "two\nlines.txt")
        let errors = try await errors([fixture.input("doc", "two\nlines.txt"), fixture.input("word", "hello")])
        #expect(errors.first?.message.contains("rename the file") == true)
    }

    @Test func `a path with dots leads where it says, and only the last part is the name`() async throws {
        try FileManager.default.createDirectory(atPath: fixture.folder.path("sub"), withIntermediateDirectories: false)
        let job = try await fixture.service.createJob(
            try fixture.request([fixture.input("doc", "sub/../doc.txt"), fixture.input("word", "hello")]),
            as: fixture.actor
        )
        #expect(FileValue(json: job.inputValues["doc"] ?? .null)?.name == "doc.txt")
    }

    @Test func `a value given twice is refused, unless it is a list`() async throws {
        let errors = try await errors([
            fixture.input("doc", "doc.txt"), fixture.input("word", "hello"), fixture.input("word", "goodbye"),
        ])
        #expect(errors.first?.message.contains("given 2 times") == true)
    }

    @Test func `a draft takes its inputs one by one and becomes ready`() async throws {
        var job = try await fixture.service.createJob(try fixture.request([], draft: true), as: fixture.actor)
        #expect(job.state == .draft)
        #expect(try await fixture.service.areInputsValid(job.id, as: fixture.actor) == false)
        job = try await fixture.service.setInputValue(fixture.input("word", "hullo"), of: job.id, as: fixture.actor)
        #expect(job.inputErrors["word"]?.stringValue?.contains("one of hello, goodbye") == true)
        #expect(job.inputValues["word"] == nil)
        job = try await fixture.service.setInputValue(fixture.input("word", "hello"), of: job.id, as: fixture.actor)
        #expect(job.inputErrors.isEmpty)
        job = try await fixture.service.validateInputs(of: job.id, as: fixture.actor)
        #expect(job.inputErrors.names == ["doc"])
        job = try await fixture.service.setInputValue(fixture.input("doc", "doc.txt"), of: job.id, as: fixture.actor)
        #expect(job.state == .queued)
        #expect(try await fixture.service.areInputsValid(job.id, as: fixture.actor))
        let stored = try await fixture.service.getJob(job.id, as: fixture.actor)
        #expect(stored.json == job.json)
        job = try await fixture.service.clearInputs(of: job.id, as: fixture.actor)
        #expect(job.inputValues.isEmpty && job.state == .draft)
    }
}
