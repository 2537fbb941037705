package import LockstepJSON
package import LockstepModel

/// What of the sandbox one attempt gets, decided before it starts; see ``SandboxShapes`` for how.
package struct SandboxShape: Sendable, Hashable {
    /// A part that bubblewrap can do without.
    package enum Part: String, Sendable, Hashable, CaseIterable {
        /// `--disable-userns`: bubblewrap 0.8 needs two user namespaces for it.
        case noNestedNamespaces = "nested_namespaces"
        /// A network namespace with nothing but the loopback in it.
        case network
        /// A fresh `/proc`; where the machine's own is covered in part, as in containers, the kernel refuses one.
        case ownProcesses = "process_list"
    }

    /// The level that is really in force.
    package var level: SandboxLevel
    /// Without it the supervisor starts the tool itself, among the machine's own files.
    package var usesBubblewrap = true
    package var leftOut: Set<Part> = []
    /// Whether the filter of system calls is put in force.
    package var filtersSystemCalls = true
    /// Whether a root runner gives up root for the step.
    package var dropsUser = true
    /// Where the step's control groups are made; nil for none.
    package var cgroups: CgroupPlace?

    package static let full = SandboxShape(level: .full)
    package static let off = SandboxShape(
        level: .off,
        usesBubblewrap: false,
        leftOut: Set(Part.allCases),
        filtersSystemCalls: false,
        dropsUser: false
    )

    package init(
        level: SandboxLevel,
        usesBubblewrap: Bool = true,
        leftOut: Set<Part> = [],
        filtersSystemCalls: Bool = true,
        dropsUser: Bool = true,
        cgroups: CgroupPlace? = nil
    ) {
        self.level = level
        self.usesBubblewrap = usesBubblewrap
        self.leftOut = leftOut
        self.filtersSystemCalls = filtersSystemCalls
        self.dropsUser = dropsUser
        self.cgroups = cgroups
    }

    /// What is enforced for a step, and by what; what is not.
    package func enforcement(for request: SandboxRequest) -> Enforcement {
        var found = Enforcement()
        func note(_ name: String, _ mechanism: String?) {
            if let mechanism { found.enforced[name] = .string(mechanism) } else { found.missing.append(name) }
        }
        let limiter = usesBubblewrap ? "prlimit" : "setrlimit"
        note("files", usesBubblewrap ? "mount namespace" : nil)
        if !request.network { note("network", has(.network) ? "network namespace" : nil) }
        note("process_list", has(.ownProcesses) ? "process namespace" : nil)
        note("user", usesBubblewrap ? "user namespace" : nil)
        note("nested_namespaces", has(.noNestedNamespaces) ? "user namespace" : filtersSystemCalls ? "seccomp" : nil)
        note("system_calls", filtersSystemCalls ? "seccomp" : nil)
        note("environment", "execve")
        note("wall", "supervisor")
        note("memory", cgroups?.enforcer(of: "memory") ?? "polling")
        note(
            "processes",
            cgroups?.enforcer(of: "pids") ?? (usesBubblewrap ? "prlimit in the user namespace" : "polling")
        )
        note("open_files", limiter)
        note("file_size", limiter)
        note("work_size", "polling")
        note("work_files", "polling")
        note("tmp_size", usesBubblewrap ? "tmpfs size" : nil)
        note("log_size", "supervisor")
        return found
    }

    private func has(_ part: Part) -> Bool { usesBubblewrap && !leftOut.contains(part) }

    /// What a person is told before the first step that gets less than the whole sandbox; nil when it gets all.
    package func warning(for request: SandboxRequest) -> String? {
        switch level {
        case .full, .fullWithCgroup: return nil
        case .off: return "steps run without a sandbox (--sandbox off): their tools may do whatever you may"
        case .bestEffort:
            let missing = enforcement(for: request).missing.joined(separator: ", ")
            return "the full sandbox cannot be had here; not enforced (--sandbox best-effort): \(missing)"
        }
    }
}

/// Which limits and walls hold for an attempt.
package struct Enforcement: Sendable, Hashable {
    /// By what, by name: `"memory": "cgroup v1"`.
    package var enforced: JSONObject = [:]
    /// Names of what is not.
    package var missing: [String] = []

    package init() {}
}
