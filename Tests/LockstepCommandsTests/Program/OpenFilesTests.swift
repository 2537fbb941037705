import Foundation
import LockstepTestSupport
import Testing

/// What a runner keeps open while it works for long.
@Suite(.timeLimit(.minutes(5)))
struct OpenFilesTests {
    @Test(arguments: ["run workflow many", "run batch work --inputs rows.csv"])
    func `A runner has no more files open after many attempts than after a few`(command: String) async throws {
        // The last one waits until it was looked at.
        let test = try SmallProject.shell("if [ \"$1\" = 80 ]; then \(LostRunner.patient); fi")
        try test.file(
            "workflows/many.yaml",
            """
            workflow_id: many
            name: Many
            version: 1.0.0
            steps:
              - step_id: each
                tool: shell
                for_each: { items: [\((1...80).map(String.init).joined(separator: ", "))], as: it }
                parameter_mappings: { text: { cat: [{ var: it }] } }
            """
        )
        try test.file("rows.csv", "text\n" + (1...80).map { "\($0)\n" }.joined())
        let parallel = command.contains("batch") ? ["--max-parallel", "1"] : []
        let program = try test.start(command.split(separator: " ").map { String($0) } + parallel)
        let attempts = "\(test.folder)/.lockstep/attempts"
        let isLast = await eventually {
            let jobs = (try? FileManager.default.contentsOfDirectory(atPath: attempts)) ?? []
            return jobs.contains { job in
                let folders = (try? FileManager.default.contentsOfDirectory(atPath: "\(attempts)/\(job)")) ?? []
                return folders.contains { folder in
                    test.content(".lockstep/attempts/\(job)/\(folder)/stdout.log")?.contains("tick") == true
                }
            }
        }
        #expect(isLast, "\(program.stderrSoFar)")
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(program.processID)/fd")
        #expect(open.count < 60, "\(open.count)")
        try test.file("tools-registry/shell/go", "")
        #expect(await program.result().status == 0)
    }
}
