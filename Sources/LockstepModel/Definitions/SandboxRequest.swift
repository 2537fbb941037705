package import LockstepJSON

/// What a tool asks for beyond the standard sandbox; `lockstep check` shows it and each attempt stores it.
package struct SandboxRequest: Sendable, Hashable {
    /// Shares the host's network.
    package var network: Bool
    /// Absolute paths on the host that the tool may read.
    package var read: [String]
    /// Absolute paths below `/dev` that the tool may use.
    package var devices: [String]
    /// Allows debuggers inside the sandbox.
    package var debug: Bool

    package init(network: Bool = false, read: [String] = [], devices: [String] = [], debug: Bool = false) {
        self.network = network
        self.read = read
        self.devices = devices
        self.debug = debug
    }

    package var asksForNothing: Bool { !network && read.isEmpty && devices.isEmpty && !debug }

    package var json: JSONValue {
        [
            "network": .bool(network), "read": .array(read.map { .string($0) }),
            "devices": .array(devices.map { .string($0) }), "debug": .bool(debug),
        ]
    }

    /// What is asked for, one thing a phrase, for a person.
    package var phrases: [String] {
        (network ? ["the network of this machine"] : []) + read.map { "reading \($0)" } + devices.map { "using \($0)" }
            + (debug ? ["debuggers"] : [])
    }
}

/// How well a step is shut in. Only the operator chooses a weaker one, never a definition file.
package enum SandboxLevel: String, Sendable, Hashable, CaseIterable {
    /// Namespaces, own root, clean environment, limits. The default; where it cannot be had, the step does not run.
    case full
    /// Full, with cgroup limits.
    case fullWithCgroup = "full+cgroup"
    /// As much of it as the machine allows.
    case bestEffort = "best-effort"
    /// None.
    case off
}
