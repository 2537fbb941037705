internal import Foundation
internal import LockstepExecution
internal import LockstepModel
internal import LockstepStore

/// Runs one step that does nothing, in the same sandbox that every step gets: what is not tried is not known.
enum SandboxTrial {
    static func checks(supervisor: String?) async -> [HealthCheck] {
        guard let bubblewrap = SandboxHost.bubblewrapPaths.first(where: FileManager.default.isExecutableFile) else {
            return [
                HealthCheck(
                    "bubblewrap",
                    .failed,
                    "There is no bwrap in \(SandboxHost.bubblewrapPaths.joined(separator: ", ")).",
                    remedy: "apt-get install bubblewrap"
                ),
                HealthCheck("sandbox", .skipped, "Cannot be tried without bubblewrap."),
            ]
        }
        let found = HealthCheck("bubblewrap", .passed, bubblewrap)
        guard let supervisor else {
            return [found, HealthCheck("sandbox", .skipped, "Cannot be tried without the supervisor.")]
        }
        return [found, await trial(supervisor)]
    }

    private static func trial(_ supervisor: String) async -> HealthCheck {
        let folder = FileManager.default.temporaryDirectory.path + "/lockstep-doctor-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            let executor = LocalStepExecutor(supervisor: supervisor, blobs: try BlobStore(root: folder + "/assets"))
            let outcome = try await executor.run(
                StepInvocation(
                    attemptID: AttemptID("att_doctor"),
                    jobID: JobID("job_doctor"),
                    stepID: StepID("doctor"),
                    attemptFolder: folder + "/attempt",
                    command: ["/bin/true"],
                    limits: ResourceLimits(wall: DurationText(milliseconds: 20_000))
                ),
                stop: StopSignal(),
                onProgress: { _ in }
            )
            guard let failure = outcome.failure else {
                return HealthCheck(
                    "sandbox",
                    .passed,
                    "A step ran in it; the level in force was \(outcome.sandboxLevel.rawValue)."
                )
            }
            return failed(failure.message)
        } catch let error as ExecutionError {
            return failed(error.message)
        } catch let error as StoreError {
            return failed(error.message)
        } catch {
            return failed("\(folder) cannot be made: \(error.localizedDescription)")
        }
    }

    private static func failed(_ message: String) -> HealthCheck {
        let isRestricted = (try? String(contentsOfFile: userNamespaceSwitch, encoding: .utf8))?.hasPrefix("0") == true
        return HealthCheck(
            "sandbox",
            .failed,
            message,
            remedy: isRestricted
                ? "Allow user namespaces: sysctl kernel.unprivileged_userns_clone=1"
                : "Allow user namespaces; in a container start it with --security-opt seccomp=unconfined, or run it on a host."
        )
    }

    private static let userNamespaceSwitch = "/proc/sys/kernel/unprivileged_userns_clone"
}
