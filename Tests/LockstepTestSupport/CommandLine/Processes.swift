internal import Foundation

/// The processes of this machine.
package enum Processes {
    /// Whether a process runs that has this word among its arguments; processes that ended and were not reaped have none.
    package static func exist(withArgument word: String) -> Bool {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.contains { name in
            guard Int(name) != nil, let data = FileManager.default.contents(atPath: "/proc/\(name)/cmdline") else {
                return false
            }
            return data.split(separator: 0).contains { String(decoding: $0, as: UTF8.self) == word }
        }
    }
}
