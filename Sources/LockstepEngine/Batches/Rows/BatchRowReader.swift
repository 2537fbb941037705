package import LockstepModel

/// Reads the rows of a batch one after the other; no more than one is in memory.
///
/// What is wrong with one row stands in it, and the next one can be read. It blocks while it reads, on a pipe for as long as that
/// is silent; it has no lock, so that one task at a time may use it.
package struct BatchRowReader: ~Copyable {
    private enum Rows {
        case csv(CSVRows)
        case jsonLines(JSONLineRows)
        case glob(GlobRows)
        case ended
    }

    private var rows: Rows
    /// The `variable_id`s that every row may say something for; nil when each row names its own.
    package let columns: [String]?

    /// Opens the source, and reads the header of a table or lists the files of a pattern.
    ///
    /// - Parameters:
    ///   - variables: The workflow's inputs, which columns and members must name.
    ///   - folder: Absolute; relative paths in rows of standard input begin there, all others at the table's folder.
    ///   - standardInput: The descriptor that standard input is read from; it stays open.
    /// - Throws: Everything that is wrong with the source, or with the header.
    package init(
        _ source: BatchSource,
        variables: [InputVariable],
        folder: String,
        standardInput: Int32 = 0
    ) throws(BatchProblem) {
        let folder = source.folder(orElse: folder)
        let format: BatchFormat?
        let stream: ByteStream
        switch source {
        case .glob(let pattern, let variable):
            let files = try GlobRows(pattern, variable: variable, variables: variables)
            rows = .glob(files)
            columns = files.variables
            return
        case .csv(let path):
            format = BatchFormat(path: path) == .tabSeparated ? .tabSeparated : .csv
            stream = try ByteStream(path: path)
        case .jsonLines(let path):
            format = .jsonLines
            stream = try ByteStream(path: path)
        case .standardInput(let said):
            format = said
            stream = ByteStream(descriptor: standardInput, named: source.shown)
        }
        try stream.takeMark()
        let sniffed = try Self.sniffed(stream)
        switch format ?? sniffed {
        case .jsonLines:
            rows = .jsonLines(try JSONLineRows(stream, variables: variables, folder: folder))
            columns = nil
        case let format:
            let separator = format == .tabSeparated ? UInt8(ascii: "\t") : UInt8(ascii: ",")
            let table = try CSVRows(stream, separator: separator, variables: variables, folder: folder)
            rows = .csv(table)
            columns = table.columns.variables
        }
    }

    /// The next row; nil at the end, and after a problem was thrown.
    ///
    /// - Throws: What keeps all later rows from being read, such as a quote that is never closed; or that there was no row at all.
    package mutating func next() throws(BatchProblem) -> ReadRow? {
        // Taken out while it is used, so that its buffers are not copied, and gone when this throws.
        var taken = Rows.ended
        swap(&taken, &rows)
        let row: ReadRow?
        switch consume taken {
        case .csv(var csv):
            row = try csv.next()
            if row != nil { rows = .csv(csv) }
        case .jsonLines(var lines):
            row = try lines.next()
            if row != nil { rows = .jsonLines(lines) }
        case .glob(var files):
            row = files.next()
            if row != nil { rows = .glob(files) }
        case .ended: row = nil
        }
        return row
    }

    /// A row of JSON begins with a brace, which no header of a table is likely to.
    private static func sniffed(_ stream: ByteStream) throws(BatchProblem) -> BatchFormat {
        try stream.peek() == UInt8(ascii: "{") ? .jsonLines : .csv
    }
}
