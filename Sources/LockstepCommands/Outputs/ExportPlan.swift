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
    private var paths = ExportPaths(reserving: Self.indexName)
    private var exported = JSONObject()

    package init(_ values: JSONObject) {
        for (name, value) in values {
            if let file = FileValue(json: value) {
                exported[name] = add(file, folder: nil)
            } else if !value.files.isEmpty {
                let folder = paths.take(FileCopy.safeName(name))
                exported[name] = .array(value.files.map { add($0, folder: folder) })
            } else {
                exported[name] = value
            }
        }
    }

    /// The content of `outputs.json`: the values, files with their `path` in the folder.
    package var index: [UInt8] { JSONWriter.bytes(.object(exported), style: .pretty) + [UInt8(ascii: "\n")] }

    private mutating func add(_ file: FileValue, folder: String?) -> JSONValue {
        let path = paths.take((folder.map { $0 + "/" } ?? "") + FileCopy.safeName(file.name))
        files.append(Entry(path: path, file: file))
        var object = file.json.objectValue ?? [:]
        object["path"] = .string(path)
        return .object(object)
    }
}
