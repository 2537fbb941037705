import CLinux
import Glibc
import LockstepJSON

/// Resource limits that are put upon the sandbox's first process from outside, before it makes the tool's.
///
/// Everything in the sandbox inherits them. Set before there is a sandbox, the number of processes would be counted for all
/// steps of one user together.
struct ProcessLimits {
    private let limits: [(name: String, resource: __rlimit_resource, most: Int64)]

    /// - Parameter json: The order's `limits`; nil for none.
    init(json: JSONValue?) throws(SupervisorFailure) {
        var limits: [(name: String, resource: __rlimit_resource, most: Int64)] = []
        if let json {
            limits = [
                ("processes", __RLIMIT_NPROC, try LaunchOrder.number("processes", of: json)),
                ("open files", RLIMIT_NOFILE, try LaunchOrder.number("open_files", of: json)),
                ("file size", RLIMIT_FSIZE, try LaunchOrder.number("file_size", of: json)),
                ("core dumps", RLIMIT_CORE, 0),
            ]
        }
        self.limits = limits
    }

    /// - Parameter process: Bubblewrap's first process, which waits.
    /// - Throws: When a limit is refused; nothing when the process has ended, because no tool comes from it then.
    func set(for process: pid_t) throws(SupervisorFailure) {
        for limit in limits
        where linux_limit_process(process, Int32(limit.resource.rawValue), UInt(max(0, limit.most))) != 0 {
            if errno == ESRCH { return }
            throw SupervisorFailure("the limit of \(limit.name) cannot be set", code: errno)
        }
    }
}
