internal import LockstepJSON
internal import LockstepModel

extension DefinitionDecoder {
    mutating func sandbox(in members: Members) -> SandboxRequest {
        let known = ["network", "read", "devices", "debug"]
        guard let value = members["sandbox"],
            let entry = self.members(value, "`sandbox`", known: known, at: members.place("sandbox"))
        else { return SandboxRequest() }
        return SandboxRequest(
            network: flag("network", in: entry) ?? false,
            read: paths("read", in: entry, below: "/"),
            devices: paths("devices", in: entry, below: "/dev/"),
            debug: flag("debug", in: entry) ?? false
        )
    }

    private mutating func paths(_ name: String, in members: Members, below root: String) -> [String] {
        texts(name, in: members).map { path, place in
            let parts = path.split(separator: "/", omittingEmptySubsequences: false)
            if !path.hasPrefix(root) || path.utf8.count == root.utf8.count || parts.contains("..") {
                note(place, "an item of `\(name)` is an absolute path below `\(root)` without `..`; it is \"\(path)\"")
            }
            return path
        }
    }

    mutating func limits(in members: Members) -> ResourceLimits {
        let known = [
            "wall", "grace", "memory", "processes", "open_files", "file_size", "work_size", "work_files", "log_size",
        ]
        var limits = ResourceLimits.standard
        guard let value = members["resources"],
            let entry = self.members(value, "`resources`", known: known, at: members.place("resources"))
        else { return limits }
        limits.wall = duration("wall", in: entry) ?? limits.wall
        limits.grace = duration("grace", in: entry) ?? limits.grace
        limits.memory = size("memory", in: entry) ?? limits.memory
        limits.processes = count("processes", in: entry, 1...1_000_000) ?? limits.processes
        limits.openFiles = count("open_files", in: entry, 16...1_000_000) ?? limits.openFiles
        limits.fileSize = size("file_size", in: entry) ?? limits.fileSize
        limits.workSize = size("work_size", in: entry) ?? limits.workSize
        limits.workFiles = count("work_files", in: entry, 1...100_000_000) ?? limits.workFiles
        limits.logSize = size("log_size", in: entry) ?? limits.logSize
        return limits
    }
}
