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
        guard let error = await SandboxTrial(supervisor: supervisor, host: host, shape: .full).run(in: place) else {
            let user = host.drop.map { "as user \($0.uid) because this is root" } ?? "as this user"
            return Check(name: name, isOK: true, found: "a program ran in the full sandbox, \(user)", remedy: nil)
        }
        let ways = [remedy(for: error), await bestEffort(in: place)].compactMap(\.self)
        let found = error.cause ?? error.message
        return Check(name: name, isOK: false, found: found, remedy: ways.joined(separator: "\n"))
    }

    /// What the machine allows as it is; nil when that is nothing.
    private func bestEffort(in place: String) async -> String? {
        var invocation = SandboxTrial(supervisor: supervisor, host: host, shape: .full).invocation(in: place)
        invocation.sandboxLevel = .bestEffort
        guard let shape = try? await SandboxShapes(supervisor: supervisor, host: host).shape(for: invocation) else {
            return nil
        }
        return "For tools that you trust: --sandbox best-effort, which goes without these here: "
            + shape.enforcement(for: SandboxRequest()).missing.joined(separator: ", ")
    }

    /// Which control groups can be made, and what keeps the memory limit therefore; never a reason not to run.
    package static func controlGroups() -> Check {
        let name = "control groups"
        do throws(ExecutionError) {
            let place = try CgroupPlace.find()
            let found =
                "\(place.summary): with --sandbox full+cgroup the kernel keeps the memory limit, otherwise it is watched"
            return Check(name: name, isOK: true, found: found, remedy: nil)
        } catch {
            return Check(
                name: name,
                isOK: false,
                found: "none can be made, so the memory of steps is watched: \(error.cause ?? error.message)",
                remedy: "Only for --sandbox full+cgroup: " + CgroupPlace.remedy
            )
        }
    }

    private func remedy(for error: ExecutionError) -> String {
        switch error.code {
        case .storageFull: "Free some space on the disk of \(folder)."
        case .storageError: "Check who owns \(folder), and that its disk is not mounted read-only."
        default: SandboxObstacles().remedies.joined(separator: "\n")
        }
    }
}
