import Foundation
import LockstepJSON
import LockstepTestSupport
import Testing

/// The real program on a file system that is, or gets, full.
@Suite(
    .enabled(if: SmallDisk.isAvailable, "mounting a small file system needs root"),
    .timeLimit(.minutes(10))
)
struct FullDiskProgramTests {
    private let disk: SmallDisk
    private let test: CommandLineTest

    init() throws {
        disk = try SmallDisk(megabytes: 16)
        test = try CommandLineTest()
        for (path, text) in [
            (
                "tools-registry/writer.yaml",
                """
                tool_id: writer
                name: Writer
                version: 1.0.0
                command: [head, -c, "${bytes}", /dev/zero]
                parameters: { bytes: { required: true, schema: { type: integer } } }
                """
            ),
            (
                "workflows/write.yaml",
                """
                workflow_id: write
                name: Write
                version: 1.0.0
                input_variables: [{ variable_id: bytes, required: true, schema: { type: integer } }]
                steps: [{ step_id: only, tool: writer, parameter_mappings: { bytes: bytes } }]
                """
            ),
        ] {
            let url = URL(fileURLWithPath: "\(disk.path)/\(path)")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: url)
        }
    }

    private func run(_ arguments: String...) async throws -> CommandResult {
        try await test.start(arguments + ["--project", disk.path, "--output", "json"]).result()
    }

    @Test func `A step that fills the disk ends its job, and the next one runs when there is room again`() async throws
    {
        let full = try await run("run", "workflow", "write", "-i", "bytes=50000000")
        #expect(full.status == 6, "\(full)")
        #expect(full.json?["error_code"]?.stringValue == "STORAGE_FULL", "\(full)")
        #expect(full.data?["state"]?.stringValue == "failed", "\(full)")
        #expect(full.stderr.contains("disk is full"), "\(full)")
        let job = try #require(full.data?["job_id"]?.stringValue)
        try FileManager.default.removeItem(atPath: "\(disk.path)/.lockstep/attempts/\(job)")
        let jobs = try await run("jobs", "list", "--status", "RUNNING")
        #expect(jobs.data?["jobs"]?.arrayValue?.isEmpty == true, "\(jobs)")
        let next = try await run("run", "workflow", "write", "-i", "bytes=10")
        #expect(next.status == 0, "\(next)")
    }

    @Test func `A disk that is full from the start is an error with the reason and no job`() async throws {
        _ = try await run("run", "workflow", "write", "-i", "bytes=10")
        let filler = "\(disk.path)/filler"
        _ = try await test.shell("head -c 20000000 /dev/zero > \(filler)")
        let full = try await run("run", "workflow", "write", "-i", "bytes=10")
        #expect(full.status == 6, "\(full)")
        #expect(full.json?["error_code"]?.stringValue == "STORAGE_FULL", "\(full)")
        try FileManager.default.removeItem(atPath: filler)
        let jobs = try await run("jobs", "list")
        #expect(jobs.data?["jobs"]?.arrayValue?.count == 1, "\(jobs)")
    }

    @Test func `A disk that fills up under a batch costs no row, and the batch goes on when there is room`()
        async throws
    {
        _ = try await run("run", "workflow", "write", "-i", "bytes=10")
        let filler = "\(disk.path)/filler"
        // Room for the small rows, and not for the third.
        _ = try await test.shell("head -c 20000000 /dev/zero > \(filler); truncate -s -2500000 \(filler)")
        let rows = ["10", "20", "5000000", "30", "40"]
        try test.file("rows.csv", "bytes\n" + rows.map { $0 + "\n" }.joined())
        let full = try await run("run", "batch", "write", "--max-parallel", "1", "--inputs", "rows.csv")
        #expect(full.status == 6, "\(full)")
        #expect(full.json?["error_code"]?.stringValue == "STORAGE_FULL", "\(full)")
        #expect(full.stderr.contains("lockstep batches resume"), "\(full)")
        let left = try await run("batches", "results", "last")
        let states = left.data?["rows"]?.arrayValue?.map { $0["state"]?.stringValue }
        #expect(states?.prefix(2) == ["completed", "completed"] && states?.contains("failed") == false, "\(left)")
        try FileManager.default.removeItem(atPath: filler)
        let resumed = try await run("batches", "resume", "last")
        #expect(resumed.status == 0, "\(resumed)")
        #expect(resumed.data?["state"]?.stringValue == "completed", "\(resumed)")
        let jobs = try await run("jobs", "list")
        #expect(jobs.data?["jobs"]?.arrayValue?.count == 6, "\(jobs)")
    }
}
