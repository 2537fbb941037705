internal import Glibc

/// The name of the operating-system user of this process.
enum LoginName {
    /// `uid 1000` where the system knows none.
    static func current() -> String {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { buffer in
            guard let memory = buffer.baseAddress,
                getpwuid_r(getuid(), &entry, memory, buffer.count, &found) == 0, found != nil,
                let name = entry.pw_name
            else { return "uid \(getuid())" }
            return String(cString: name)
        }
    }
}
