import LockstepExecution
import LockstepJSON
import LockstepModel
import LockstepTestSupport
import Testing

/// The levels of the sandbox, on machines that have less than it needs: this one, as a program in a namespace sees it.
@Suite(.timeLimit(.minutes(10)))
struct SandboxLevelTests {
    /// A plain user in a namespace of their own, as which `setup` is run with all rights, and then the program without.
    private static func inside(_ setup: String, _ arguments: String) -> String {
        "unshare --user --map-user=1000 --map-group=1000 --keep-caps --mount --propagation private "
            + "sh -c '\(setup) && exec setpriv --ambient-caps=-all --inh-caps=-all \"$LOCKSTEP\" \(arguments)'"
    }

    private static let noUserNamespaces = "echo 0 > /proc/sys/user/max_user_namespaces"
    /// As containers do it: a part of `/proc` is covered, so the kernel shows nobody a fresh one.
    private static let coveredProc = "mount -t tmpfs none /proc/tty"
    private static let noCgroups = "mount -t tmpfs none /sys"

    private func attempt(_ test: CommandLineTest) async throws -> JSONValue {
        let shown = try await test.run("jobs", "show", "last", "--output", "json")
        guard let attempt = shown.data?["attempts"]?.arrayValue?.last else {
            throw MissingAttempt(shown: shown.description)
        }
        return attempt
    }

    private struct MissingAttempt: Error {
        let shown: String
    }

    @Test func `Without user namespaces nothing runs by default, and doctor says what to do`() async throws {
        let test = try SmallProject.shell("touch ran; echo hi")
        let run = try await test.shell(Self.inside(Self.noUserNamespaces, "run workflow work"))
        #expect(run.status == ExitStatus.environment.rawValue, "\(run)")
        #expect(run.stdout.isEmpty && run.stderr.contains("lockstep doctor"), "\(run)")
        let doctor = try await test.shell(Self.inside(Self.noUserNamespaces, "doctor"))
        #expect(doctor.status == ExitStatus.environment.rawValue, "\(doctor)")
        #expect(doctor.stdout.contains("sysctl -w user.max_user_namespaces="), "\(doctor)")
    }

    @Test func `Without user namespaces the best effort is to run without bubblewrap, and says so`() async throws {
        let test = try SmallProject.shell("grep -E '^(NoNewPrivs|Seccomp):' /proc/self/status | tr -d '\\t\\n'; pwd")
        let run = try await test.shell(Self.inside(Self.noUserNamespaces, "run workflow work --sandbox best-effort"))
        #expect(run.status == 0, "\(run)")
        #expect(run.stdout.hasPrefix("result: NoNewPrivs:1Seccomp:2/"), "\(run)")
        #expect(run.stderr.contains("not enforced (--sandbox best-effort): files, network, process_list"), "\(run)")
        let attempt = try await attempt(test)
        #expect(attempt["sandbox_level"] == "best-effort", "\(attempt)")
        #expect(attempt["enforced"]?["system_calls"] == "seccomp")
        let missing = attempt["not_enforced"]?.arrayValue ?? []
        #expect(missing.contains("files") && !missing.contains("system_calls"), "\(attempt)")
        let text = try await test.run("jobs", "show", "last")
        #expect(text.stdout.contains("not enforced: files, network"), "\(text)")
        let explained = try await test.run("explain", "last", "only")
        #expect(explained.stdout.contains("best-effort"), "\(explained)")
    }

    @Test func `Where only a fresh proc cannot be had, all else is kept`() async throws {
        let test = try SmallProject.shell("pwd; id -u; tail -n +3 /proc/self/net/dev | cut -d: -f1 | tr -d ' '")
        let refused = try await test.shell(Self.inside(Self.coveredProc, "run workflow work"))
        #expect(refused.status == ExitStatus.environment.rawValue, "\(refused)")
        let run = try await test.shell(Self.inside(Self.coveredProc, "run workflow work --sandbox best-effort"))
        #expect(run.status == 0, "\(run)")
        let attempt = try await attempt(test)
        #expect(attempt["not_enforced"] == ["process_list"], "\(attempt)")
        #expect(attempt["enforced"]?["files"] == "mount namespace")
        #expect(run.stdout.contains("/step") && run.stdout.contains("1000"), "\(run)")
    }

    @Test func `Where everything can be had the best effort is the full sandbox`() async throws {
        let test = try SmallProject.shell("echo hi")
        let run = try await test.run("run", "workflow", "work", "--sandbox", "best-effort")
        #expect(run.status == 0 && !run.stderr.contains("not enforced"), "\(run)")
        let attempt = try await attempt(test)
        #expect(attempt["sandbox_level"] == "full" && attempt["not_enforced"] == [], "\(attempt)")
        #expect(attempt["enforced"]?["memory"] == "polling")
    }

    @Test func `A step without sandbox is warned of, and its attempt says so`() async throws {
        let test = try SmallProject.shell("pwd")
        let run = try await test.run("run", "workflow", "work", "--sandbox", "off")
        #expect(run.status == 0 && run.stdout.hasPrefix("result: \(test.folder)/"), "\(run)")
        #expect(run.stderr.contains("steps run without a sandbox (--sandbox off)"), "\(run)")
        let attempt = try await attempt(test)
        #expect(attempt["sandbox_level"] == "off", "\(attempt)")
        #expect(attempt["not_enforced"]?.arrayValue?.contains("files") == true, "\(attempt)")
    }

    @Test func `Neither a workflow nor a tool can choose a level`() async throws {
        let test = try SmallProject.shell("echo hi")
        try test.file(
            "tools-registry/weak.yaml",
            "tool_id: weak\nname: Weak\nversion: 1.0.0\ncommand: [\"true\"]\nsandbox: { level: off }\n"
        )
        let check = try await test.run("check")
        #expect(
            check.status == ExitStatus.invalid.rawValue && check.stdout.contains("`sandbox` has no key `level`"),
            "\(check)"
        )
    }

    @Test func `Without control groups the level that needs them runs nothing`() async throws {
        let test = try SmallProject.shell("echo hi")
        let run = try await test.shell(Self.inside(Self.noCgroups, "run workflow work --sandbox full+cgroup"))
        #expect(run.status == ExitStatus.environment.rawValue && run.stdout.isEmpty, "\(run)")
        #expect(run.stderr.contains("the controller memory"), "\(run)")
        #expect(run.stderr.contains("systemd-run --user --scope -p Delegate=yes"), "\(run)")
    }
}
