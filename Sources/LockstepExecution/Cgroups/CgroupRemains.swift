internal import CLinux
internal import Glibc
internal import LockstepJSON

/// The control groups of an attempt whose supervisor is dead.
///
/// The attempt's lock names their folders. A folder counts only when it is on a cgroup file system and its name is that of
/// this very attempt, whatever the file says.
struct CgroupRemains {
    private let folders: [String]

    init(lock: JSONValue?, layout: AttemptLayout) {
        let name = CgroupPlace.name(of: layout)
        folders = (lock?["cgroups"]?.arrayValue ?? []).compactMap(\.stringValue).filter { path in
            path.hasPrefix("/") && path.split(separator: "/").last.map(String.init) == name
                && !path.split(separator: "/").contains("..") && linux_is_cgroup_folder(path) == 1
        }
    }

    /// Kills what is in the groups; says how many processes there still were.
    func killAll() -> Int {
        var count = 0
        for folder in folders {
            for process in Self.processes(in: folder) {
                let descriptor = linux_pidfd_open(process)
                guard descriptor >= 0 else { continue }
                defer { close(descriptor) }
                // Once more, now that the descriptor holds on to it: the number may be another process's by now.
                guard Self.processes(in: folder).contains(process) else { continue }
                count += 1
                _ = linux_pidfd_send_signal(descriptor, SIGKILL)
            }
        }
        return count
    }

    /// Removes the groups, which must be empty.
    func remove() {
        for folder in folders { rmdir(folder) }
    }

    private static func processes(in folder: String) -> [pid_t] {
        let text = SmallFile.read("\(folder)/cgroup.procs") ?? []
        return String(decoding: text, as: UTF8.self).split(separator: "\n").compactMap { pid_t($0) }
    }
}
