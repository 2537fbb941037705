/// What a value seems to be, by its name and what is said about it.
enum HelpKind: Hashable {
    case text
    case whole
    case number
    case file
    /// A file that the program makes.
    case writtenFile
    case folder

    var type: String {
        switch self {
        case .whole: "integer"
        case .number: "number"
        case .file: "file"
        case .text, .writtenFile, .folder: "string"
        }
    }

    private static let wholeNames: Set = [
        "n", "num", "number", "int", "integer", "count", "lines", "cols", "columns", "depth", "level", "port", "digits",
        "width", "height", "jobs", "threads", "nmerge", "uint", "seed",
    ]
    private static let numberNames: Set = ["seconds", "secs", "float", "double", "ratio", "fraction", "real"]
    private static let fileNames: Set = [
        "file", "files", "filename", "path", "infile", "input", "input_file", "input-file", "inputfile", "f", "src",
        "source",
        "file_name", "archive", "script_file",
    ]
    private static let writtenNames: Set = [
        "outfile", "output", "out", "output_file", "output-file", "outputfile", "dest", "destination",
    ]
    private static let folderNames: Set = ["dir", "directory", "folder", "outdir", "output_dir", "output-dir"]

    init(of value: HelpValue, named flag: String, description: String) {
        guard value.choices.isEmpty else {
            self = .text
            return
        }
        let name = value.name.lowercased()
        let option = flag.drop { $0 == "-" }.lowercased()
        let words = description.lowercased()
        let isWritten =
            Self.writtenNames.contains(name) || Self.writtenNames.contains(option)
            || option == "o" && flag.hasPrefix("-")
            || ["write ", "output ", "save ", "store "].contains { words.hasPrefix($0) }
        let isFile =
            Self.fileNames.contains(name) || name.hasSuffix("_file") || name.hasSuffix("-file")
            || name.hasSuffix("file")
        if Self.folderNames.contains(name) {
            self = .folder
        } else if isFile && isWritten || Self.writtenNames.contains(name) {
            self = .writtenFile
        } else if isFile {
            self = .file
        } else if Self.wholeNames.contains(name) {
            self = .whole
        } else if Self.numberNames.contains(name) {
            self = .number
        } else {
            self = .text
        }
    }
}
