import Foundation
import Glibc
import LockstepTestSupport
import Testing

/// The suites of this folder and of the program's once more, by a runner that is not root.
///
/// Its steps are of its own user on the host, so the owner of every file cannot be what keeps them out.
struct OrdinaryRunnerTests {
    private static let user = "60123"
    private static let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "/"

    /// Whether anybody may come as far as the built tests.
    private static let isReachable: Bool = {
        var path = bundle
        while path != "/" {
            var facts = stat()
            guard stat(path, &facts) == 0, facts.st_mode & 0o001 != 0 else { return false }
            path = URL(fileURLWithPath: path).deletingLastPathComponent().path
        }
        return true
    }()

    @Test(
        .timeLimit(.minutes(10)),
        .enabled(
            if: geteuid() == 0,
            "these tests are run by an ordinary user: the steps of root's runner were not tried"
        ),
        .enabled(if: isReachable, "the tests were built where only root may go: steps of ordinary users were not tried")
    )
    func `steps of an ordinary user get no further than those of root`() async throws {
        let place = try TemporaryFolder()
        let (home, scratch) = (place.path + "/home", place.path + "/scratch")
        for folder in [home, scratch] { mkdir(folder, 0o755) }
        let number = try #require(uid_t(Self.user))
        chown(home, number, number)
        var environment = ProcessInfo.processInfo.environment
        environment.merge(["HOME": home, "TMPDIR": home, "USER": "ordinary"]) { $1 }
        for name in environment.keys where name.hasPrefix("SUDO_") { environment[name] = nil }
        let drop = ["/usr/bin/setpriv", "--reuid=\(Self.user)", "--regid=\(Self.user)", "--clear-groups"]
        let program = try RunningProgram(
            drop + [Self.bundle, "--testing-library", "swift-testing", "--filter", "EscapeTests"],
            folder: home,
            environment: environment,
            scratch: scratch,
            owner: place,
            limit: 560
        )
        let result = await program.result()
        let lines = (result.stdout + result.stderr).split(separator: "\n")
        let failed = lines.filter { $0.contains("recorded an issue") }
        #expect(result.status == 0, "\(failed.isEmpty ? result.description : failed.joined(separator: "\n"))")
        #expect(lines.contains { $0.contains("Test run with") && $0.contains("passed") })
    }
}
