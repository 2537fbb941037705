internal import Glibc
internal import LockstepJSON
internal import LockstepModel

/// Where the control groups of steps can be made, and which limits the kernel then keeps.
///
/// Version 1 has a hierarchy for each controller, version 2 one for all; a machine may have both. What is not found in
/// one is looked for in the other.
package struct CgroupPlace: Sendable, Hashable {
    /// A folder below which groups are made.
    struct Parent: Sendable, Hashable {
        /// Absolute path of the folder.
        let folder: String
        let version: Int
        /// `memory`, `pids`.
        var controllers: [String]
    }

    /// One for each folder; together they have both controllers.
    let parents: [Parent]

    static let controllers = ["memory", "pids"]

    /// Looks at this machine.
    ///
    /// - Throws: `SANDBOX_UNAVAILABLE` that says what is missing, and what to do.
    package static func find() throws(ExecutionError) -> CgroupPlace {
        func text(_ path: String) -> String {
            String(decoding: SmallFile.read(path, limit: 1 << 22) ?? [], as: UTF8.self)
        }
        return try find(CgroupMount.all(mounts: text("/proc/self/mountinfo"), membership: text("/proc/self/cgroup")))
    }

    static func find(_ mounts: [CgroupMount]) throws(ExecutionError) -> CgroupPlace {
        var parents: [Parent] = []
        var reasons: [String] = []
        for controller in controllers {
            // Version 2 first: a controller that it has cannot be in version 1.
            let found = mounts.sorted { $0.version > $1.version }.lazy.map { $0.folder(for: controller) }
            var folder: Parent?
            var why: [String] = []
            for result in found {
                switch result {
                case .success(let parent): folder = folder ?? parent
                case .failure(let reason): why.append(reason.text)
                }
                if folder != nil { break }
            }
            guard let folder else {
                why = why.filter { !$0.isEmpty }
                reasons.append(
                    "the controller \(controller) "
                        + (why.isEmpty ? "is in no cgroup file system that is mounted" : why.joined(separator: " and "))
                )
                continue
            }
            if let index = parents.firstIndex(where: { $0.folder == folder.folder }) {
                parents[index].controllers.append(controller)
            } else {
                parents.append(folder)
            }
        }
        guard reasons.isEmpty else { throw unavailable(reasons.joined(separator: "; ")) }
        return CgroupPlace(parents: parents)
    }

    private static func unavailable(_ reasons: String) -> ExecutionError {
        ExecutionError(
            .sandboxUnavailable,
            "The sandbox level \(SandboxLevel.fullWithCgroup.rawValue) needs control groups that this user may make: "
                + "\(reasons). \(remedy) Or use --sandbox \(SandboxLevel.full.rawValue), which watches the memory of "
                + "steps instead.",
            cause: reasons
        )
    }

    /// What gives a user control groups of their own.
    package static let remedy =
        "Start lockstep with `systemd-run --user --scope -p Delegate=yes lockstep …`, or as root."

    /// The name of an attempt's groups: the two last parts of its folder, which no other attempt has.
    static func name(of layout: AttemptLayout) -> String {
        "lockstep-" + layout.folder.split(separator: "/").suffix(2).joined(separator: "-")
    }

    /// What the supervisor is told: the groups to make, what to write into them, and where to read what happened.
    func orders(for layout: AttemptLayout, limits: ResourceLimits) -> JSONValue {
        .array(
            parents.map { parent in
                var settings: [JSONValue] = []
                func set(_ file: String, _ value: String, isRequired: Bool = true) {
                    settings.append(["file": .string(file), "value": .string(value), "required": .bool(isRequired)])
                }
                var order: JSONObject = ["folder": .string("\(parent.folder)/\(Self.name(of: layout))")]
                if parent.controllers.contains("memory") {
                    let bytes = String(limits.memory.bytes)
                    if parent.version == 1 {
                        set("memory.limit_in_bytes", bytes)
                        // Memory and swap together; there only when the kernel counts swap.
                        set("memory.memsw.limit_in_bytes", bytes, isRequired: false)
                        order["oom_kills"] = ["file": "memory.oom_control", "key": "oom_kill"]
                        // Newer kernels no longer count failures here. Memory is asked for in lots, so the very limit need not
                        // have been reached.
                        let nearly = limits.memory.bytes - limits.memory.bytes / 32
                        order["limit_hits"] = [
                            "file": "memory.max_usage_in_bytes", "key": "", "at_least": .integer(nearly),
                        ]
                        order["peak"] = ["file": "memory.max_usage_in_bytes", "key": ""]
                    } else {
                        set("memory.max", bytes)
                        set("memory.swap.max", "0", isRequired: false)
                        // The kernel ends the whole step at once.
                        set("memory.oom.group", "1", isRequired: false)
                        order["oom_kills"] = ["file": "memory.events", "key": "oom_kill"]
                        order["limit_hits"] = ["file": "memory.events", "key": "max"]
                        order["peak"] = ["file": "memory.peak", "key": ""]
                    }
                }
                if parent.controllers.contains("pids") {
                    // The first process of the sandbox is none of the tool's.
                    set("pids.max", String(limits.processes + 1))
                    order["refused_processes"] = ["file": "pids.events", "key": "max"]
                }
                order["settings"] = .array(settings)
                return .object(order)
            }
        )
    }

    /// `cgroup v1`, for what an attempt records.
    func enforcer(of controller: String) -> String {
        "cgroup v\(parents.first { $0.controllers.contains(controller) }?.version ?? 0)"
    }

    /// The versions in use, for a person.
    package var summary: String {
        Self.controllers.map { "\($0) in \(enforcer(of: $0))" }.joined(separator: ", ")
    }
}

/// Why a hierarchy does not do for a controller; empty when it has nothing to do with it.
private struct Unsuitable: Error {
    let text: String
}

extension CgroupMount {
    /// Where groups with a controller can be made in this hierarchy.
    fileprivate func folder(for controller: String) -> Result<CgroupPlace.Parent, Unsuitable> {
        if version == 1 {
            guard controllers.contains(controller) else { return .failure(Unsuitable(text: "")) }
            return isWritable(ownFolder)
                ? .success(CgroupPlace.Parent(folder: ownFolder, version: 1, controllers: [controller]))
                : .failure(Unsuitable(text: "may not be used below \(ownFolder)"))
        }
        guard words("\(ownFolder)/cgroup.controllers").contains(controller) else {
            return .failure(Unsuitable(text: "is not given to \(ownFolder)"))
        }
        // A group with processes in it cannot have groups with controllers below it, except the root; the runner's own
        // group is such a one, so that the steps' groups usually stand beside it.
        let above = ownFolder.lastIndex(of: "/").map { String(ownFolder[..<$0]) } ?? ""
        let isBelowMount = above == mountPoint || above.hasPrefix(mountPoint + "/")
        for folder in [ownFolder] + (isBelowMount ? [above] : []) where isWritable(folder) {
            if offers(controller, folder) {
                return .success(CgroupPlace.Parent(folder: folder, version: 2, controllers: [controller]))
            }
        }
        return .failure(Unsuitable(text: "may not be used in \(ownFolder) nor beside it"))
    }

    /// Whether groups below a folder have the controller; it is switched on where that is possible.
    private func offers(_ controller: String, _ folder: String) -> Bool {
        let path = "\(folder)/cgroup.subtree_control"
        if words(path).contains(controller) { return true }
        let file = open(path, O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        return Array("+\(controller)".utf8).withUnsafeBytes { write(file, $0.baseAddress, $0.count) } > 0
    }

    private func isWritable(_ folder: String) -> Bool {
        access(folder, W_OK | X_OK) == 0 && access("\(folder)/cgroup.procs", W_OK) == 0
    }

    private func words(_ path: String) -> Set<String> {
        Set(String(decoding: SmallFile.read(path) ?? [], as: UTF8.self).split { $0.isWhitespace }.map(String.init))
    }
}
