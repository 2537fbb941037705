import CLinux
import Glibc

/// What this process makes of itself before it has anything to do with an attempt.
enum SupervisorProcess {
    /// - Returns: The process that started this one; somebody else is the parent when it has died.
    static func begin() -> pid_t {
        let runner = getppid()
        startSession()
        // Not closed: Foundation's `Process` watches a socket that this process inherited, and takes its closing for the end.
        _ = linux_close_on_exec_from(3)
        _ = linux_set_child_subreaper()
        _ = linux_set_not_dumpable()
        umask(0o022)
        takeOrdinaryPriority()
        return runner
    }

    /// Gives up a priority above the ordinary one, which steps would inherit.
    ///
    /// Foundation starts processes from threads that hurry, and a thread of root's may: their nice value is below zero.
    private static func takeOrdinaryPriority() {
        if getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) < 0 {
            setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 0)
        }
    }

    /// Leaves the runner's terminal.
    ///
    /// Foundation starts children as leaders of a process group, which may not start a session, so that is given up first.
    private static func startSession() {
        guard setsid() < 0 else { return }
        setpgid(0, getpgid(getppid()))
        setsid()
    }
}
