internal import LockstepModel

/// The rows of a CSV table, as they are read.
struct CSVRows {
    let columns: TableColumns
    private var reader: CSVReader
    private let source: String
    private let folder: String
    private var number = 0

    /// Reads the header.
    init(
        _ stream: ByteStream,
        separator: UInt8,
        variables: [InputVariable],
        folder: String
    ) throws(BatchProblem) {
        source = stream.source
        self.folder = folder
        reader = CSVReader(stream, separator: separator)
        guard let header = try reader.next(keeping: TableColumns.limit) else {
            throw BatchProblem(source, "\(source) is empty; the first line must name the inputs that the columns hold.")
        }
        columns = try TableColumns(header, of: source, for: variables)
    }

    mutating func next() throws(BatchProblem) -> ReadRow? {
        guard let record = try reader.next(keeping: columns.meanings.count) else {
            guard number > 0 else {
                throw BatchProblem(source, "\(source) has a header but no rows; write a line for each job.")
            }
            return nil
        }
        number += 1
        var row = ReadRow(number: number, line: record.line, folder: folder)
        for mistake in record.mistakes {
            let column = (mistake.place.column ?? 1) - 1
            let field = column < columns.names.count ? columns.names[column] : nil
            row.refuse(mistake.message, field: field, at: mistake.place)
        }
        if record.mistakeCount > record.mistakes.count {
            row.refuse(
                "has \(record.mistakeCount) mistakes; the first \(record.mistakes.count) are shown.",
                at: record.end
            )
        }
        if record.isBroken { row.isWhole = false }
        checkCount(of: record, in: &row)
        guard row.isWhole else { return row }
        row.cells.reserveCapacity(record.fields.count)
        for (meaning, field) in zip(columns.meanings, record.fields) {
            let text = field.text.flatMap { $0.isEmpty ? nil : $0 }
            switch meaning {
            case .name: row.take(name: text ?? "", at: field.place)
            case .variable(let id):
                row.cells.append(
                    ReadRow.Cell(
                        variable: id,
                        value: text.map { .text($0) },
                        place: field.place,
                        isBroken: field.text == nil
                    )
                )
            }
        }
        return row
    }

    private func checkCount(of record: CSVRecord, in row: inout ReadRow) {
        let wanted = columns.meanings.count
        guard record.count != wanted, row.isWhole else { return }
        row.isWhole = false
        let counted = "has \(record.count) \(record.count == 1 ? "column" : "columns"), and the header has \(wanted)"
        if let extra = record.firstExtra {
            row.refuse(
                "\(counted); put fields that hold a separator in quotes, or leave away what is too much.",
                at: extra
            )
        } else {
            let missing = columns.names[record.count...].prefix(5).joined(separator: ", ")
            let more = wanted - record.count > 5 ? " and \(wanted - record.count - 5) more" : ""
            row.refuse(
                "\(counted): \(missing)\(more) \(wanted - record.count == 1 ? "is" : "are") missing; leave a field empty, but keep its "
                    + "separator.",
                at: record.end
            )
        }
    }
}
