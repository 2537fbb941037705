internal import Glibc
internal import LockstepExecution
internal import LockstepModel

/// A file pattern below an absolute folder, as a shell has it, and the files that match.
///
/// The components are matched as those of a tool's outputs are. Unlike there, links are followed to files and to folders that the
/// pattern names; `**` never enters a link, so that a loop of links cannot be walked for ever. A bracket that holds nothing but one
/// of `[`, `*` and `?` makes it an ordinary character: see ``literal(_:)``.
struct FileGlob {
    private let pattern: String
    private let components: [Component]

    private enum Component {
        case name([UInt8])
        case pattern([UInt8])
        /// `**`
        case any

        init(_ bytes: [UInt8]) {
            if bytes == Array("**".utf8) {
                self = .any
            } else if let name = FileGlob.name(from: bytes) {
                self = .name(name)
            } else {
                self = .pattern(bytes)
            }
        }
    }

    /// How many names are looked at, and how deep folders are walked, before the pattern is refused.
    private static let nameLimit = 2_000_000
    private static let depthLimit = 64
    /// As PATH_MAX of limits.h.
    private static let lengthLimit = 4096

    /// - Parameter pattern: Absolute.
    init(_ pattern: String) {
        self.pattern = pattern
        var components: [Component] = []
        for bytes in pattern.utf8.split(separator: UInt8(ascii: "/")) {
            let component = Component(Array(bytes))
            if case .any = component, case .any? = components.last { continue }
            components.append(component)
        }
        self.components = components
    }

    /// The pattern that a path matches and nothing else does.
    static func literal(_ path: String) -> String {
        String(
            path.unicodeScalars.reduce(into: String.UnicodeScalarView()) { text, scalar in
                text.append(
                    contentsOf: special.contains(scalar) ? "[\(scalar)]".unicodeScalars : "\(scalar)".unicodeScalars
                )
            }
        )
    }

    private static let special: Set<Unicode.Scalar> = ["*", "?", "["]

    /// The only name that a component fits; nil when it is a pattern.
    private static func name(from component: [UInt8]) -> [UInt8]? {
        func isSpecial(_ byte: UInt8) -> Bool { special.contains(Unicode.Scalar(byte)) }
        var name: [UInt8] = []
        var at = 0
        while at < component.count {
            if !isSpecial(component[at]) {
                name.append(component[at])
                at += 1
            } else if component[at] == UInt8(ascii: "["), at + 2 < component.count, isSpecial(component[at + 1]),
                component[at + 2] == UInt8(ascii: "]")
            {
                name.append(component[at + 1])
                at += 3
            } else {
                return nil
            }
        }
        return name
    }

    /// The regular files that match, sorted by the bytes of their paths.
    ///
    /// - Throws: When a folder cannot be read, or there is too much to look at.
    func paths() throws(BatchProblem) -> [[UInt8]] {
        guard pattern.utf8.count < Self.lengthLimit else {
            throw BatchProblem(
                pattern,
                "the pattern is longer than \(Self.lengthLimit) bytes, which no path may be; shorten it. It begins \(pattern.prefix(60))…"
            )
        }
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
        _ components: ArraySlice<Component>,
        in place: [UInt8],
        depth: Int,
        walk: inout Walk
    ) throws(BatchProblem) {
        var (rest, folder) = (components, place)
        while case .name(let name)? = rest.first {
            folder = Self.join(folder, name)
            rest = rest.dropFirst()
        }
        guard let first = rest.first else {
            if !components.isEmpty, Self.kind(of: folder, followingLinks: true) == .file { walk.found.insert(folder) }
            return
        }
        guard depth < Self.depthLimit else {
            throw refusal("the folders below \(Self.shown(folder)) are nested deeper than \(Self.depthLimit) levels")
        }
        let isAny = if case .any = first { true } else { false }
        if isAny { try find(rest.dropFirst(), in: folder, depth: depth, walk: &walk) }
        let names = try names(in: folder)
        walk.seen += names.count
        guard walk.seen <= Self.nameLimit else {
            throw refusal("there are more than \(Self.nameLimit) names to look at")
        }
        for name in names where Self.fits(name, first) {
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

    private static func fits(_ name: [UInt8], _ component: Component) -> Bool {
        switch component {
        case .name(let other): name == other
        case .pattern(let pattern): GlobPattern.matches(name, pattern)
        case .any: name.first != UInt8(ascii: ".")
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
                "the folder \(Self.shown(folder)) cannot be read for \(pattern): \(reason).",
                code: errno == EACCES ? .validationError : .storageError
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
