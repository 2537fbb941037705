/// Paths of exported files, none given out twice; names that differ in case only are one name on some file systems.
struct ExportPaths: Sendable {
    private var taken: Set<String>
    /// What a path was numbered with last.
    private var numbers: [String: Int] = [:]

    /// - Parameter index: What is written beside the files.
    init(reserving index: String) {
        taken = [Self.key(index)]
    }

    /// Takes a path, with a number where it is taken: `a/report.txt`, `a/report-2.txt`.
    mutating func take(_ path: String) -> String {
        let start =
            path.unicodeScalars.lastIndex(of: "/").map { path.unicodeScalars.index(after: $0) } ?? path.startIndex
        let (folder, name) = (String(path[..<start]), String(path[start...]))
        let key = Self.key(path)
        var number = numbers[key] ?? 1
        while true {
            let candidate = folder + FileCopy.fitting(name, suffix: number == 1 ? "" : "-\(number)")
            number += 1
            guard taken.insert(Self.key(candidate)).inserted else { continue }
            numbers[key] = number
            return candidate
        }
    }

    static func key(_ path: String) -> String { path.lowercased() }
}
