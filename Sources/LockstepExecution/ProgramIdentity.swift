internal import Glibc
package import LockstepModel

/// Which program a command starts, as it is installed on this machine.
package enum ProgramIdentity {
    /// Path, size and time of change of the file behind a program's name; nil when it comes with the tool or cannot be found.
    package static func text(of tool: Tool, program: String) -> String? {
        guard !program.utf8.contains(0) else { return nil }
        if program.utf8.contains(UInt8(ascii: "/")) {
            return program.hasPrefix("/") && !program.hasPrefix("/tool/") ? facts(program) : nil
        }
        return StepEnvironment.path.split(separator: ":").lazy.compactMap { facts("\($0)/\(program)") }.first
    }

    private static func facts(_ path: String) -> String? {
        var facts = stat()
        guard stat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return nil }
        return "\(path) \(facts.st_size) \(facts.st_mtim.tv_sec).\(facts.st_mtim.tv_nsec)"
    }
}
