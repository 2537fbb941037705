internal import Foundation
internal import Glibc
internal import LockstepDefinitions
internal import LockstepExecution
internal import LockstepModel
internal import LockstepStore

/// Where the attempt folders of a job are.
enum AttemptPlace {
    /// The folder of all jobs' folders, relative to the state folder.
    static let parent = "attempts"

    /// Relative to the state folder.
    static func folder(of job: JobID) -> String { "\(parent)/\(job)" }

    /// Absolute path of the file whose lock the process holds that drives a job.
    static func lock(of job: JobID, in project: Project) -> String {
        "\(project.stateFolder)/\(folder(of: job))/runner.lock"
    }

    /// Makes the folder that will hold a job's attempt folders.
    static func prepare(for job: JobID, in project: Project) throws(StoreError) {
        let path = "\(project.stateFolder)/\(folder(of: job))"
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw StoreError(making: path) }
    }

    /// The jobs that have a folder of attempts or a runner's log here, whether they exist or not.
    static func jobs(in project: Project) -> [JobID] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(project.stateFolder)/\(parent)")) ?? []
        let ids = names.map { $0.hasSuffix(".log") ? String($0.dropLast(4)) : $0 }
        return Set(ids).sorted().filter { $0.hasPrefix(JobNoun.prefix) }.map { JobID($0) }
    }

    /// What the attempts of a job take: its folders, their files and the runner's log.
    static func amount(of job: JobID, in project: Project) -> GarbageAmount {
        var amount = GarbageAmount()
        for root in roots(of: job, in: project) {
            guard let size = fileSize(root) else { continue }
            amount.add(bytes: size + bytes(below: root))
        }
        return amount
    }

    /// Names of a job's attempt folders in which there is still what the tool worked on.
    static func attemptsWithWork(of job: JobID, in project: Project) -> [String] {
        let root = "\(project.stateFolder)/\(folder(of: job))"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return names.filter { name in ["work", "in", "tmp"].contains { access("\(root)/\(name)/\($0)", F_OK) == 0 } }
    }

    /// What the files below a folder take.
    static func bytes(below folder: String) -> Int64 {
        guard let below = FileManager.default.enumerator(atPath: folder) else { return 0 }
        var bytes: Int64 = 0
        while let name = below.nextObject() as? String { bytes += fileSize("\(folder)/\(name)") ?? 0 }
        return bytes
    }

    /// When the newest of a job's folder and log was changed; nil when there is neither.
    static func changedAt(of job: JobID, in project: Project) -> Instant? {
        roots(of: job, in: project).compactMap { path in
            var status = stat()
            guard lstat(path, &status) == 0 else { return nil }
            return Instant(milliseconds: Int64(status.st_mtim.tv_sec) * 1000)
        }.max()
    }

    /// Removes the attempt folders of a job and its runner's log; no process of the job may live.
    ///
    /// - Returns: Whether nothing is left.
    static func remove(of job: JobID, in project: Project) async -> Bool {
        let roots = roots(of: job, in: project)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: roots[0])) ?? []
        for name in names { await FinishedAttempt.discardWork(in: "\(roots[0])/\(name)") }
        for path in roots { try? FileManager.default.removeItem(atPath: path) }
        return changedAt(of: job, in: project) == nil
    }

    private static func roots(of job: JobID, in project: Project) -> [String] {
        let path = "\(project.stateFolder)/\(folder(of: job))"
        return [path, path + ".log"]
    }

    /// Nil for what is not there; folders count nothing.
    private static func fileSize(_ path: String) -> Int64? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        return status.st_mode & S_IFMT == S_IFREG ? Int64(status.st_size) : 0
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
