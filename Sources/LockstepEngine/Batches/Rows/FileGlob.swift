internal import Glibc
internal import LockstepExecution
internal import LockstepModel

/// A file pattern below an absolute folder, as a shell has it, and the files that match.
///
/// The components are matched as those of a tool's outputs are. Unlike there, links are followed to files and to folders that the
/// pattern names; `**` never enters a link, so that a loop of links cannot be walked for ever.
struct FileGlob {
    private let pattern: String
    private let components: [[UInt8]]

    /// How many names are looked at, and how deep folders are walked, before the pattern is refused.
    private static let nameLimit = 2_000_000
    private static let depthLimit = 64
    private static let any = Array("**".utf8)

    /// - Parameter pattern: Absolute.
    init(_ pattern: String) {
        self.pattern = pattern
        var components: [[UInt8]] = []
        for component in pattern.utf8.split(separator: UInt8(ascii: "/")).map(Array.init)
        where component != Self.any || components.last != Self.any {
            components.append(component)
        }
        self.components = components
    }

    /// The regular files that match, sorted by the bytes of their paths.
    ///
    /// - Throws: When a folder cannot be read, or there is too much to look at.
    func paths() throws(BatchProblem) -> [[UInt8]] {
        var walk = Walk()
        try find(components[...], in: [], depth: 0, walk: &walk)
        return walk.found.sorted { $0.lexicographicallyPrecedes($1) }
    }

    private struct Walk {
        var seen = 0
        var found: Set<[UInt8]> = []
    }

    /// - Parameter folder: Without a slash at its end, so that the root is empty.
    private func find(
        _ rest: ArraySlice<[UInt8]>,
        in folder: [UInt8],
        depth: Int,
        walk: inout Walk
    ) throws(BatchProblem) {
        guard let first = rest.first else { return }
        guard first.contains(where: { "*?[".utf8.contains($0) }) else {
            let path = Self.join(folder, first)
            if rest.count > 1 { return try find(rest.dropFirst(), in: path, depth: depth, walk: &walk) }
            if Self.kind(of: path, followingLinks: true) == .file { walk.found.insert(path) }
            return
        }
        guard depth < Self.depthLimit else {
            throw refusal("the folders below \(Self.shown(folder)) are nested deeper than \(Self.depthLimit) levels")
        }
        let isAny = first == Self.any
        if isAny { try find(rest.dropFirst(), in: folder, depth: depth, walk: &walk) }
        let names = try names(in: folder)
        walk.seen += names.count
        guard walk.seen <= Self.nameLimit else {
            throw refusal("there are more than \(Self.nameLimit) names to look at")
        }
        for name in names where isAny ? name.first != UInt8(ascii: ".") : GlobPattern.matches(name, first) {
            let path = Self.join(folder, name)
            switch Self.kind(of: path, followingLinks: rest.count == 1 || !isAny) {
            case .folder where isAny:
                // A folder behind a link is only walked when it is named.
                guard Self.kind(of: path, followingLinks: false) == .folder else { continue }
                try find(rest, in: path, depth: depth + 1, walk: &walk)
            case .folder where rest.count > 1:
                try find(rest.dropFirst(), in: path, depth: depth + 1, walk: &walk)
            case .file where rest.count == 1: walk.found.insert(path)
            default: continue
            }
        }
    }

    private func refusal(_ reason: String) -> BatchProblem {
        BatchProblem(pattern, "\(reason) for \(pattern); use a narrower pattern.")
    }

    private func names(in folder: [UInt8]) throws(BatchProblem) -> [[UInt8]] {
        guard let stream = Self.withPath(folder.isEmpty ? [UInt8(ascii: "/")] : folder, { opendir($0) }) else {
            // A pattern may name what is not there, or is no folder; then nothing matches.
            guard errno != ENOENT, errno != ENOTDIR, errno != ELOOP else { return [] }
            let reason = errno == EACCES ? "its permissions do not allow it" : String(cString: strerror(errno))
            throw BatchProblem(
                pattern,
                "the folder \(Self.shown(folder)) cannot be read for \(pattern): \(reason)."
            )
        }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        while names.count <= Self.nameLimit, let item = readdir(stream) {
            let name = withUnsafeBytes(of: &item.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name != [0x2E], name != [0x2E, 0x2E] { names.append(name) }
        }
        return names
    }

    private enum Kind {
        case file
        case folder
        case other
    }

    private static func kind(of path: [UInt8], followingLinks: Bool) -> Kind {
        var facts = stat()
        let flags = followingLinks ? 0 : AT_SYMLINK_NOFOLLOW
        guard withPath(path, { fstatat(AT_FDCWD, $0, &facts, flags) }) == 0 else { return .other }
        return switch facts.st_mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .folder
        default: .other
        }
    }

    private static func join(_ folder: [UInt8], _ name: [UInt8]) -> [UInt8] { folder + [UInt8(ascii: "/")] + name }

    private static func shown(_ path: [UInt8]) -> String {
        PlainText.escaped(path.isEmpty ? "/" : String(decoding: path, as: UTF8.self))
    }

    private static func withPath<Result>(_ path: [UInt8], _ work: (UnsafePointer<CChar>) -> Result) -> Result {
        (path + [0]).withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { text in
                // An array that holds at least the final zero has an address.
                guard let address = text.baseAddress else { preconditionFailure("a path is never empty") }
                return work(address)
            }
        }
    }
}
