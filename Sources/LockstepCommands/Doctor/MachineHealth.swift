internal import Glibc
internal import LockstepExecution
internal import LockstepStore

/// What a machine needs for any project.
enum MachineHealth {
    /// - Parameter folder: Absolute path of an existing folder in which the sandbox is tried.
    static func checks(in folder: String) async -> [HealthCheck] {
        let program: HealthCheck
        let supervisor: String?
        do throws(ExecutionError) {
            let path = try SupervisorLocation.besideExecutable()
            supervisor = path
            program = HealthCheck("supervisor", .passed, path)
        } catch {
            supervisor = nil
            let remedy = "Install lockstep-supervisor in the same folder as lockstep."
            program = HealthCheck("supervisor", .failed, error.message, remedy: remedy)
        }
        let groups = SandboxProbe.controlGroups()
        let state = groups.isOK ? HealthCheck.State.passed : .warning
        return [program] + (await sandbox(supervisor: supervisor, folder: folder))
            + [HealthCheck(groups.name, state, groups.found, remedy: groups.remedy), mediaTypes()]
    }

    private static func sandbox(supervisor: String?, folder: String) async -> [HealthCheck] {
        guard let supervisor else {
            return [HealthCheck("sandbox", .skipped, "Cannot be tried without the supervisor.")]
        }
        return await SandboxProbe(supervisor: supervisor, folder: folder).probe().map { check in
            HealthCheck(check.name, check.isOK ? .passed : .failed, check.found, remedy: check.remedy)
        }
    }

    /// Really looks at a file: this program.
    private static func mediaTypes() -> HealthCheck {
        let remedy = "Install it with its database: apt-get install libmagic1"
        let file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC)
        defer { if file >= 0 { close(file) } }
        let type: String
        do throws(StoreError) {
            type = try MediaTypeDetector().mediaType(ofDescriptor: file)
        } catch {
            return HealthCheck("libmagic", .failed, error.message, remedy: remedy)
        }
        return type.contains("executable") || type.contains("sharedlib")
            ? HealthCheck("libmagic", .passed, "Tells file types apart.")
            : HealthCheck(
                "libmagic",
                .failed,
                "Does not know this program's own type; it says \(type).",
                remedy: remedy
            )
    }
}
