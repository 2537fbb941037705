internal import LockstepJSON
internal import LockstepModel

/// The rows of a file of one JSON object a line, as they are read. Empty lines are no rows.
struct JSONLineRows {
    private let stream: ByteStream
    private let variables: [InputVariable]
    private let folder: String
    private var line = 0
    private var number = 0
    private var bytes: [UInt8] = []

    /// How many names that are no input are told of in one row.
    private static let unknownLimit = 100

    init(_ stream: ByteStream, variables: [InputVariable], folder: String) throws(BatchProblem) {
        self.stream = stream
        self.variables = variables
        self.folder = folder
        guard try stream.peek() != nil else {
            throw BatchProblem(stream.source, "\(stream.source) is empty; write one JSON object a line.")
        }
    }

    mutating func next() throws(BatchProblem) -> ReadRow? {
        while let isWhole = try readLine() {
            guard isWhole else {
                number += 1
                var row = ReadRow(number: number, line: line, folder: folder)
                row.isWhole = false
                row.refuse(
                    "is longer than \(ByteCount(Int64(CSVReader.recordLimit))), the most that a row may be; give long texts as files.",
                    at: RowPlace(line: line, character: 1)
                )
                return row
            }
            guard bytes.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { continue }
            number += 1
            return row()
        }
        guard number > 0 else {
            throw BatchProblem(stream.source, "\(stream.source) holds no rows; write one JSON object a line.")
        }
        return nil
    }

    /// Reads a line without its end; false when it was too long to be kept, nil at the end.
    private mutating func readLine() throws(BatchProblem) -> Bool? {
        bytes.removeAll(keepingCapacity: bytes.capacity <= 1 << 20)
        let isWhole = try stream.takeLine(into: &bytes, limit: CSVReader.recordLimit)
        if isWhole != nil { line += 1 }
        return isWhole
    }

    private func row() -> ReadRow {
        var row = ReadRow(number: number, line: line, folder: folder)
        do throws(JSONSyntaxError) {
            switch try JSONLineObject.parse(bytes) {
            case .object(let object): read(object, into: &row)
            case .other(let value):
                row.isWhole = false
                let hint = number == 1 && value.arrayValue != nil ? ", without a list around them" : ""
                row.refuse(
                    "must be one JSON object of inputs by name\(hint); it is \(value.shown).",
                    at: place(of: bytes.firstIndex { $0 != 0x20 && $0 != 0x09 } ?? 0)
                )
            }
        } catch {
            row.isWhole = false
            let isCut = error.offset >= bytes.count && bytes.count > 0
            let hint = isCut ? "; a row is one JSON object on a line of its own" : ""
            row.refuse("is not JSON: \(error.message)\(hint).", at: place(of: error.offset))
        }
        return row
    }

    private func read(_ object: JSONLineObject, into row: inout ReadRow) {
        // Places come in the order of the line, so that it is gone through once.
        var (offset, character, unknown) = (0, 1, 0)
        for member in object.members {
            for byte in bytes[offset..<member.offset] where byte & 0xC0 != 0x80 { character += 1 }
            offset = member.offset
            let place = RowPlace(line: line, character: character)
            if let variable = variables.named(member.name) {
                row.cells.append(ReadRow.Cell(variable: variable.id, value: .json(member.value), place: place))
            } else if member.name == "name" {
                guard let name = member.value.stringValue else {
                    row.refuse("must be a text, because it names the row.", field: "name", at: place)
                    continue
                }
                row.take(name: name, at: place)
            } else {
                unknown += 1
                guard unknown <= Self.unknownLimit else { continue }
                let field = String(String.UnicodeScalarView(member.name.unicodeScalars.prefix(100)))
                row.refuse("\(variables.refusal(of: member.name)).", field: field, at: place)
            }
        }
        if unknown > Self.unknownLimit {
            row.refuse("has \(unknown) names that are no input; the first \(Self.unknownLimit) are shown.")
        }
    }

    private func place(of offset: Int) -> RowPlace {
        var character = 1
        for byte in bytes.prefix(offset) where byte & 0xC0 != 0x80 { character += 1 }
        return RowPlace(line: line, character: character)
    }
}
