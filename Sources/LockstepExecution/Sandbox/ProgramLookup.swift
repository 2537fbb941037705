internal import Glibc
internal import LockstepModel

/// Finds out before anything starts whether the program of a step is there and may be run.
package struct ProgramLookup: Sendable {
    private let invocation: StepInvocation

    private let seesHost: Bool

    /// - Parameter seesHost: Whether the step runs among the machine's own files.
    package init(_ invocation: StepInvocation, seesHost: Bool = false) {
        self.invocation = invocation
        self.seesHost = seesHost
    }

    private enum Finding {
        case runnable
        case notExecutable
        case missing
    }

    /// Nil when the program can be run, as far as can be seen from here.
    package func problem() -> StepFailure? {
        guard let program = invocation.command.first, !program.isEmpty else {
            return StepFailure(.stepFailed, "has an empty command; correct `command` in the tool file.")
        }
        if program.utf8.contains(UInt8(ascii: "/")) {
            let path = program.hasPrefix("/") ? program : "/step/\(program)"
            return failure(for: program, find(path))
        }
        let folders = (invocation.environment["PATH"] ?? StepEnvironment.path).split(separator: ":")
        let findings = folders.map { find("\($0)/\(program)") }
        if findings.contains(.runnable) { return nil }
        return failure(for: program, findings.contains(.notExecutable) ? .notExecutable : .missing)
    }

    private func failure(for program: String, _ finding: Finding) -> StepFailure? {
        switch finding {
        case .runnable: nil
        case .notExecutable: Self.notExecutable(program)
        case .missing: Self.missing(program)
        }
    }

    static func missing(_ program: String) -> StepFailure {
        StepFailure(
            .stepFailed,
            "program `\(PlainText.escaped(program))` is not installed in the sandbox's PATH; install its Debian package "
                + "or correct `command` in the tool file."
        )
    }

    static func notExecutable(_ program: String) -> StepFailure {
        StepFailure(
            .stepFailed,
            "program `\(PlainText.escaped(program))` is not executable: chmod +x it, or name its interpreter first in "
                + "`command`."
        )
    }

    private func find(_ path: String) -> Finding {
        guard let host = hostPath(of: path) else { return .missing }
        var facts = stat()
        guard lstat(host, &facts) == 0 else { return .missing }
        // A link inside the sandbox may lead elsewhere than on the host; the start itself decides.
        if facts.st_mode & S_IFMT == S_IFLNK { return .runnable }
        guard facts.st_mode & S_IFMT == S_IFREG else { return .notExecutable }
        return facts.st_mode & 0o111 == 0 ? .notExecutable : .runnable
    }

    private func hostPath(of path: String) -> String? {
        if path.hasPrefix("/tool/") { return invocation.toolFolder.map { $0 + path.dropFirst("/tool".count) } }
        if let input = invocation.inputs.first(where: { $0.path == path }) {
            if case .host(let host) = input.content { return host }
            return nil
        }
        if seesHost { return path }
        let visible = ["/usr/", "/bin/", "/sbin/", "/lib", "/etc/alternatives/"]
        let isVisible = visible.contains { path.hasPrefix($0) }
        return isVisible || invocation.sandbox.read.contains { path == $0 || path.hasPrefix($0 + "/") } ? path : nil
    }
}
