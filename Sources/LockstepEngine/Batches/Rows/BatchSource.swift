internal import Glibc
internal import LockstepModel

/// Where the rows of a batch come from. All paths are absolute.
package enum BatchSource: Sendable, Hashable {
    /// A table in a file; separated by tabs when the file is called `.tsv` or `.tab`.
    case csv(String)
    /// A file of one JSON object a line.
    case jsonLines(String)
    /// A file for each row: a pattern of `*`, `?`, `[a-z]` and `**`, and the `variable_id` or `name` of the input that they are given to.
    case glob(String, variable: String?)
    /// Rows that a program writes; nil when their first byte says which format they have.
    case standardInput(BatchFormat?)

    /// Decides what an argument means: a file that exists is a table, `-` is standard input, anything else with `*`, `?` or `[` a pattern.
    ///
    /// - Parameters:
    ///   - format: What the rows are written in where no extension says it; one that contradicts the extension is refused.
    ///   - variable: The input that the files of a pattern are given to; only makes sense with a pattern.
    ///   - folder: Absolute; relative paths begin there.
    /// - Throws: What is wrong with the argument, with the code `USAGE`.
    package init(
        argument: String,
        format: BatchFormat? = nil,
        variable: String? = nil,
        in folder: String
    ) throws(BatchProblem) {
        guard !argument.isEmpty else { throw Self.refusal(argument, "is empty; give a table, a pattern or `-`.") }
        guard !argument.utf8.contains(0) else { throw Self.refusal("the argument", "holds a NUL character.") }
        if argument == "-" {
            guard variable == nil else { throw Self.noPattern("standard input") }
            self = .standardInput(format)
            return
        }
        let path = Self.absolute(argument, in: folder)
        if OutputSource.isGlob(argument), access(path, F_OK) != 0 {
            guard format == nil else {
                throw Self.refusal(argument, "is a pattern, whose rows are files; leave the format away.")
            }
            self = .glob(Self.pattern(argument, in: folder), variable: variable)
            return
        }
        guard variable == nil else { throw Self.noPattern(argument) }
        let said = BatchFormat(path: path)
        if let said, let format, said != format {
            throw Self.refusal(
                argument,
                "is called \(said.rawValue), and the format is to be \(format.rawValue); rename the file, or leave the format away."
            )
        }
        switch said ?? format {
        case .csv: self = .csv(path)
        case .tabSeparated where said != nil: self = .csv(path)
        case .tabSeparated:
            throw Self.refusal(argument, "must be called .tsv to be read as separated by tabs; rename it.")
        case .jsonLines: self = .jsonLines(path)
        case nil:
            throw Self.refusal(
                argument,
                "does not say what it holds: name it .csv, .tsv, .jsonl or .ndjson, add --format csv or --format jsonl, or give "
                    + "a pattern of files such as '*.pdf' in quotes."
            )
        }
    }

    /// An absolute pattern; what looks like one in the folder's own name is taken as it is written.
    static func pattern(_ text: String, in folder: String) -> String { absolute(text, in: FileGlob.literal(folder)) }

    private static func absolute(_ path: String, in folder: String) -> String {
        if path.hasPrefix("/") { return path }
        return (folder.hasSuffix("/") ? folder : folder + "/") + path
    }

    private static func noPattern(_ shown: String) -> BatchProblem {
        refusal(
            shown,
            "is a table, in which each column names its input; an input is only named for a pattern such as '*.pdf'."
        )
    }

    private static func refusal(_ shown: String, _ message: String) -> BatchProblem {
        BatchProblem(shown, "\(shown.isEmpty ? "the argument" : "`\(shown)`") \(message)", code: .usage)
    }

    /// Where relative paths in the rows begin, absolute.
    ///
    /// - Parameter folder: The current one, which those of standard input begin at.
    package func folder(orElse folder: String) -> String {
        switch self {
        case .csv(let path), .jsonLines(let path), .glob(let path, _):
            guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
            return String(path[..<slash])
        case .standardInput: return folder
        }
    }

    /// For messages: a path, a pattern, or `standard input`.
    package var shown: String {
        switch self {
        case .csv(let path), .jsonLines(let path), .glob(let path, _): path
        case .standardInput: "standard input"
        }
    }
}
