/// The rule for names of secrets, which are those of the environment variables that tools find them in.
package enum SecretName {
    /// More names than this are no list of one tool's secrets.
    package static let limit = 32

    /// Names that are no secret's.
    package static let reserved: Set<String> = [
        "HOME", "PATH", "TMPDIR", "LANG", "PWD", "IFS", "ENV", "BASH_ENV", "GCONV_PATH", "LOCPATH", "NLSPATH",
    ]
    /// The runner's own, and those that change the supervisor and bubblewrap, which run outside the sandbox.
    package static let reservedBeginnings = ["LOCKSTEP_", "LD_", "GLIBC_", "MALLOC_", "SWIFT_"]

    /// What is wrong with a name, as the end of a sentence; nil when nothing is.
    package static func problem(of name: String) -> String? {
        let bytes = Array(name.utf8)
        let isWord = bytes.allSatisfy {
            (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_")
        }
        guard let first = bytes.first, bytes.count <= 100, isWord, !(0x30...0x39).contains(first) else {
            return "is no name of a secret; one has up to 100 letters, digits and `_`, and does not begin with a digit"
        }
        let isReserved = reserved.contains(name) || reservedBeginnings.contains { name.hasPrefix($0) }
        return isReserved ? "cannot be a secret: this environment variable is the runner's or the system's" : nil
    }
}
