internal import LockstepJSON

extension Tool {
    /// Why a result of this tool is not used again in place of a run; nil when it may be.
    ///
    /// What the sandbox lets in from outside is no part of a fingerprint; `cache: true` in the tool file says that it does not matter.
    package var reuseObstacle: String? {
        if !isIdempotent { return "tool \(id) says `idempotent: false`" }
        if !mayCache { return "tool \(id) says `cache: false`" }
        if definition["cache"] == true { return nil }
        let reaches: String? =
            if sandbox.network {
                "may use the network"
            } else if !sandbox.read.isEmpty {
                "may read \(sandbox.read.joined(separator: ", "))"
            } else if !sandbox.devices.isEmpty {
                "may use \(sandbox.devices.joined(separator: ", "))"
            } else if !secrets.isEmpty {
                "gets secrets"
            } else {
                nil
            }
        return reaches.map {
            "tool \(id) \($0), of which nothing is compared; `cache: true` in its file would allow to use its results again"
        }
    }
}
