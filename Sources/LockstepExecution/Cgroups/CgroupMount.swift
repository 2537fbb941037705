/// One hierarchy of control groups that is mounted, and where this process is in it.
struct CgroupMount: Hashable {
    /// 1 or 2.
    let version: Int
    /// The controllers of a version 1 hierarchy; those of version 2 are said by its files.
    let controllers: Set<String>
    /// Absolute path of the folder of the group that this process is in.
    let ownFolder: String
    /// Absolute path at which the hierarchy is mounted.
    let mountPoint: String

    /// - Parameters:
    ///   - mounts: As `/proc/self/mountinfo`; proc(5) has its fields.
    ///   - membership: As `/proc/self/cgroup`: a line a hierarchy, `number:controllers:path`.
    static func all(mounts: String, membership: String) -> [CgroupMount] {
        let own = membership.split(separator: "\n").compactMap { line -> (controllers: Set<String>, path: String)? in
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { return nil }
            return (Set(fields[1].split(separator: ",").map(String.init)), String(fields[2]))
        }
        return mounts.split(separator: "\n").compactMap { line in
            // Some optional fields stand before the dash, so the rest is counted from it.
            let fields = line.split(separator: " ").map(String.init)
            guard let dash = fields.firstIndex(of: "-"), dash > 5, fields.count > dash + 3 else { return nil }
            let (root, mountPoint) = (unescaped(fields[3]), unescaped(fields[4]))
            switch fields[dash + 1] {
            case "cgroup2":
                guard let path = own.first(where: { $0.controllers.isEmpty })?.path else { return nil }
                let folder = folder(of: path, root: root, mountPoint: mountPoint)
                return CgroupMount(version: 2, controllers: [], ownFolder: folder, mountPoint: mountPoint)
            case "cgroup":
                let options = Set(fields[dash + 3].split(separator: ",").map(String.init))
                guard let found = own.first(where: { !$0.controllers.isDisjoint(with: options) }) else { return nil }
                let folder = folder(of: found.path, root: root, mountPoint: mountPoint)
                let controllers = found.controllers
                return CgroupMount(version: 1, controllers: controllers, ownFolder: folder, mountPoint: mountPoint)
            default: return nil
            }
        }
    }

    /// A mount may show a part of the hierarchy only, from `root` on.
    private static func folder(of path: String, root: String, mountPoint: String) -> String {
        var below = path
        if root != "/" {
            below = path == root ? "" : path.hasPrefix(root + "/") ? String(path.dropFirst(root.count)) : ""
        }
        while below.hasSuffix("/") { below.removeLast() }
        return mountPoint + below
    }

    /// Blanks, tabs, line breaks and backslashes stand as three octal digits.
    private static func unescaped(_ text: String) -> String {
        var result = text
        for (digits, character) in [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")] {
            result = result.split(separator: digits, omittingEmptySubsequences: false).joined(separator: character)
        }
        return result
    }
}
