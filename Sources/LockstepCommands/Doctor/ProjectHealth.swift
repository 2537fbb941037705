internal import Glibc
internal import LockstepDefinitions
internal import LockstepEngine
internal import LockstepModel
internal import LockstepStore

/// What a project's state folder needs.
enum ProjectHealth {
    /// Room below which a person should know, and below which nothing can be run.
    private static let (scarce, tooLittle) = (ByteCount.gibibytes(1), ByteCount.mebibytes(64))

    static func checks(of project: Project) async -> [HealthCheck] {
        var checks = [HealthCheck("project", .passed, project.root), stateFolder(project)]
        checks.append(space(below: project))
        checks.append(await database(project))
        return checks
    }

    /// Really writes, because the mode of a folder does not say whether one can.
    private static func stateFolder(_ project: Project) -> HealthCheck {
        let folder = project.stateFolder
        let isNew = !FileCopy.isFolder(folder)
        let place = isNew ? project.root : folder
        let probe = "\(place)/.doctor-\(getpid())"
        let file = open(probe, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            return HealthCheck(
                "state folder",
                .failed,
                "\(place) cannot be written: \(String(cString: strerror(errno))).",
                remedy: "Give the folder to the user who runs lockstep, or make room on its disk."
            )
        }
        close(file)
        unlink(probe)
        return HealthCheck("state folder", .passed, isNew ? "\(folder) will be made by the first job." : folder)
    }

    private static func space(below project: Project) -> HealthCheck {
        var status = statvfs()
        let place = FileCopy.isFolder(project.stateFolder) ? project.stateFolder : project.root
        guard statvfs(place, &status) == 0 else {
            return HealthCheck(
                "disk space",
                .failed,
                "\(place): \(String(cString: strerror(errno)))",
                remedy: "Check the disk."
            )
        }
        let (bytes, overflow) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        let free = ByteCount(overflow ? .max : Int64(clamping: bytes))
        let found = "\(free) free for \(project.stateFolder)"
        guard free < scarce else { return HealthCheck("disk space", .passed, found) }
        return HealthCheck(
            "disk space",
            free < tooLittle ? .failed : .warning,
            found,
            remedy: "Free some space on this disk."
        )
    }

    private static func database(_ project: Project) async -> HealthCheck {
        guard FileCopy.exists(project.stateFolder + "/lockstep.sqlite") else {
            return HealthCheck("database", .skipped, "There is none yet; the first job makes it.")
        }
        let remedy =
            "Stop lockstep, keep a copy of \(project.stateFolder), then restore a backup or move the folder away."
        do {
            let problems = try await Workspace.open(project).database.integrityProblems()
            return problems.isEmpty
                ? HealthCheck("database", .passed, "SQLite's quick check finds nothing wrong.")
                : HealthCheck("database", .failed, problems.joined(separator: "; "), remedy: remedy)
        } catch {
            return HealthCheck("database", .failed, CommandFailure(error).message, remedy: remedy)
        }
    }
}
