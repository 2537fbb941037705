package import LockstepJSON
package import LockstepModel

/// Which file goes where when all outputs of a job are exported.
package struct ExportPlan: Sendable {
    package struct Entry: Sendable {
        /// Relative to the folder, at most one folder deep.
        package let path: String
        package let file: FileValue
    }

    package static let indexName = "outputs.json"

    /// A file output under its own name, the files of a list below a folder named like the output; never one path twice.
    package private(set) var files: [Entry] = []
    private var taken: Set<String> = [Self.indexName]
    private var exported = JSONObject()

    package init(_ values: JSONObject) {
        for (name, value) in values {
            if let file = FileValue(json: value) {
                exported[name] = add(file, folder: nil)
            } else if !value.files.isEmpty {
                let folder = unused(FileCopy.safeName(name), in: nil)
                taken.insert(Self.key(folder))
                exported[name] = .array(value.files.map { add($0, folder: folder) })
            } else {
                exported[name] = value
            }
        }
    }

    /// The content of `outputs.json`: the values, files with their `path` in the folder.
    package var index: [UInt8] { JSONWriter.bytes(.object(exported), style: .pretty) + [UInt8(ascii: "\n")] }

    private mutating func add(_ file: FileValue, folder: String?) -> JSONValue {
        let path = unused(FileCopy.safeName(file.name), in: folder)
        taken.insert(Self.key(path))
        files.append(Entry(path: path, file: file))
        var object = file.json.objectValue ?? [:]
        object["path"] = .string(path)
        return .object(object)
    }

    /// Numbers a name that is taken: `report.txt`, `report-2.txt`.
    private func unused(_ name: String, in folder: String?) -> String {
        let prefix = folder.map { $0 + "/" } ?? ""
        let dot = name.lastIndex(of: ".").flatMap { $0 > name.startIndex ? $0 : nil } ?? name.endIndex
        var number = 1
        while true {
            let candidate = prefix + (number == 1 ? name : name[..<dot] + "-\(number)" + name[dot...])
            if !taken.contains(Self.key(candidate)) { return candidate }
            number += 1
        }
    }

    /// Names that differ in case only are one name on some file systems.
    private static func key(_ path: String) -> String { path.lowercased() }
}
