internal import Glibc
internal import LockstepExecution
internal import LockstepStore

/// What a machine needs for any project.
enum MachineHealth {
    static func checks() async -> [HealthCheck] {
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
        return [program] + (await SandboxTrial.checks(supervisor: supervisor)) + [mediaTypes()]
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
