internal import Glibc
internal import LockstepJSON
internal import LockstepModel

/// Finds out whether steps can run on this machine, for `lockstep doctor`, by making the real sandbox.
package struct SandboxProbe: Sendable {
    /// One thing that a step needs.
    package struct Check: Sendable, Hashable {
        package var name: String
        package var isOK: Bool
        /// What was found, for example `bubblewrap 0.8.0`.
        package var found: String
        /// What to do, when it is not as it should be; several ways are separated by line breaks.
        package var remedy: String?
    }

    private let supervisor: String
    private let folder: String
    private let host: SandboxHost

    private static let oldestVersion = [0, 8]
    private static let install = "apt-get install bubblewrap"

    /// - Parameters:
    ///   - supervisor: Absolute path; see ``SupervisorLocation``.
    ///   - folder: Where a step would run, such as the state folder; the probe makes a folder there and removes it.
    package init(supervisor: String, folder: String, host: SandboxHost = .current()) {
        self.supervisor = supervisor
        self.folder = folder
        self.host = host
    }

    /// All checks, the first failing one first to be mended.
    package func probe() async -> [Check] {
        [checkPresence(), checkLimiter(), await checkVersion(), await checkSandbox()]
    }

    private func checkPresence() -> Check {
        let isThere = access(host.bubblewrap, X_OK) == 0
        return Check(
            name: "bubblewrap is installed",
            isOK: isThere,
            found: isThere ? host.bubblewrap : "\(host.bubblewrap) is not there",
            remedy: isThere ? nil : Self.install
        )
    }

    private func checkLimiter() -> Check {
        let path = "/usr/bin/prlimit"
        let isThere = access(path, X_OK) == 0
        return Check(
            name: "prlimit is installed",
            isOK: isThere,
            found: isThere ? path : "\(path) is not there",
            remedy: isThere ? nil : "apt-get install util-linux"
        )
    }

    private func checkVersion() async -> Check {
        let text = await ProgramOutput.firstLine(of: host.bubblewrap, ["--version"]) ?? "no version"
        let numbers = text.split(separator: " ").last?.split(separator: ".").map { Int($0) ?? 0 } ?? []
        let isNew = !numbers.lexicographicallyPrecedes(Self.oldestVersion) && numbers.count >= 2
        return Check(
            name: "bubblewrap is 0.8 or newer",
            isOK: isNew,
            found: text,
            remedy: isNew
                ? nil : "\(Self.install)\nDebian 12, Ubuntu 24.04 and later have it; older systems need a backport."
        )
    }

    /// Runs `true` exactly as a step would run, with the same supervisor, profile and change of user.
    private func checkSandbox() async -> Check {
        let place = "\(folder)/probe-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        defer { try? FolderRemoval.remove(place) }
        let name = "a sandbox can be made"
        do throws(ExecutionError) {
            guard mkdir(place, 0o700) == 0 else { throw .storage("make \(place)", code: errno) }
            let invocation = StepInvocation(
                attemptID: AttemptID("probe"),
                jobID: JobID("probe"),
                stepID: StepID("probe"),
                attemptFolder: place + "/attempt",
                command: ["/usr/bin/true"],
                limits: ResourceLimits(wall: DurationText(milliseconds: 20_000))
            )
            let (attempt, environment) = try AttemptFolder.make(for: invocation, host: host, graceMilliseconds: 0)
            let events = AttemptEvents()
            let process = try await SupervisorProcess.start(
                program: supervisor,
                folder: invocation.attemptFolder,
                environment: environment,
                ended: { events.post(.ended) }
            )
            while await events.next() != .ended {}
            withExtendedLifetime(process) {}
            guard let report = ExitReport(layout: attempt.layout) else {
                throw ExecutionError(.sandboxUnavailable, "the supervisor \(supervisor) left no record")
            }
            let outcome = try AttemptVerdict(invocation: invocation, report: report, layout: attempt.layout).outcome()
            if let failure = outcome.failure { throw ExecutionError(.sandboxUnavailable, failure.message) }
            let user = host.drop.map { "as user \($0.uid) because this is root" } ?? "as this user"
            return Check(name: name, isOK: true, found: "a program ran in the full sandbox, \(user)", remedy: nil)
        } catch {
            return Check(name: name, isOK: false, found: error.cause ?? error.message, remedy: remedy(for: error))
        }
    }

    private func remedy(for error: ExecutionError) -> String {
        switch error.code {
        case .storageFull: "Free some space on the disk of \(folder)."
        case .storageError: "Check who owns \(folder), and that its disk is not mounted read-only."
        default: Self.remedies()
        }
    }

    /// What this machine's own switches say about user namespaces; general advice when none is set against them.
    private static func remedies() -> String {
        var ways: [String] = []
        if setting("kernel/unprivileged_userns_clone") == "0" {
            ways.append("sysctl -w kernel.unprivileged_userns_clone=1")
        }
        if setting("user/max_user_namespaces") == "0" { ways.append("sysctl -w user.max_user_namespaces=10000") }
        if setting("kernel/apparmor_restrict_unprivileged_userns") == "1" {
            ways.append(
                "AppArmor keeps programs from making user namespaces (Ubuntu 23.10 and later): give \(SandboxHost.bubblewrapPaths[0]) "
                    + "a profile with `userns,`, or sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
            )
        }
        if access("/.dockerenv", F_OK) == 0 || access("/run/.containerenv", F_OK) == 0 {
            ways.append(
                "This is a container: start it with --security-opt seccomp=unconfined --security-opt apparmor=unconfined "
                    + "--security-opt systempaths=unconfined, and --cap-add SYS_ADMIN when it runs as root."
            )
        }
        guard ways.isEmpty else { return ways.joined(separator: "\n") }
        return
            "\(install)\nUser namespaces must be allowed for ordinary users: sysctl -w kernel.unprivileged_userns_clone=1 "
            + "on Debian, kernel.apparmor_restrict_unprivileged_userns=0 on Ubuntu, and containers need "
            + "--security-opt seccomp=unconfined."
    }

    private static func setting(_ name: String) -> String? {
        SmallFile.read("/proc/sys/\(name)").map { String(decoding: $0.prefix { $0 > 0x20 }, as: UTF8.self) }
    }
}
