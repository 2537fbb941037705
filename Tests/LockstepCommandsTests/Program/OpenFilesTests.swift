import Foundation
import LockstepTestSupport
import Testing

/// What a runner keeps open while it works for long.
@Suite(.timeLimit(.minutes(5)))
struct OpenFilesTests {
    /// The first and the last wait until they were looked at.
    private static let script = """
        case $1 in 1 | 80) echo start; while [ ! -e /tool/go$1 ]; do echo tick; sleep 0.05; done ;; esac
        """

    @Test(arguments: ["run workflow many", "run batch work --inputs rows.csv --max-parallel 1"])
    func `A runner has no more files open after many attempts than after a few`(command: String) async throws {
        let test = try SmallProject.shell(Self.script)
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
        let program = try test.start(command.split(separator: " ").map { String($0) })
        let first = try await openSockets(of: program, test, attempts: 1)
        try test.file("tools-registry/shell/go1", "")
        let last = try await openSockets(of: program, test, attempts: 2)
        try test.file("tools-registry/shell/go80", "")
        #expect(await program.result().status == 0)
        #expect(last < first + 20, "\(first) and \(last)")
    }

    /// Waits until so many attempts have begun to wait. Threads that have started a process have files of their own, but no sockets.
    private func openSockets(of program: RunningProgram, _ test: CommandLineTest, attempts count: Int) async throws
        -> Int
    {
        let logs = "grep -l tick .lockstep/attempts/job_*/*/stdout.log 2>/dev/null | wc -l"
        let isThere = try await eventually {
            try await test.shell(logs).stdout.trimmingCharacters(in: .whitespacesAndNewlines) == "\(count)"
        }
        #expect(isThere, "\(program.stderrSoFar)")
        let folder = "/proc/\(program.processID)/fd"
        return try FileManager.default.contentsOfDirectory(atPath: folder).count { name in
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)")
            return target?.hasPrefix("socket:") == true
        }
    }
}
