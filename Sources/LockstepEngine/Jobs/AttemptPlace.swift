internal import Glibc
internal import LockstepDefinitions
internal import LockstepModel
internal import LockstepStore

/// Where the attempt folders of a job are.
enum AttemptPlace {
    /// Relative to the state folder.
    static func folder(of job: JobID) -> String { "attempts/\(job)" }

    /// Makes the folder that will hold a job's attempt folders.
    static func prepare(for job: JobID, in project: Project) throws(StoreError) {
        let path = "\(project.stateFolder)/\(folder(of: job))"
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw StoreError(making: path) }
    }
}

extension StoreError {
    /// A folder could not be made; `errno` says why.
    init(making path: String) {
        let reason = String(cString: strerror(errno))
        self =
            errno == ENOSPC || errno == EDQUOT
            ? StoreError(
                .storageFull,
                "The disk is full: there is no room for \(path). Free some space and do it again."
            )
            : StoreError(
                .storageError,
                "The folder \(path) cannot be made: \(reason). Check who owns the project's folder.",
                cause: reason
            )
    }
}
