internal import LockstepModel

/// Cuts a CSV text (RFC 4180) into records, one at a time, with the place of each field.
///
/// Beyond the RFC: a line may end in LF or CR alone, empty lines are no records, and the separator may be a tab. A mistake in a
/// record is noted in it, and the next one is read; only a quote that is never closed, or a read error, ends the text.
struct CSVReader {
    private let stream: ByteStream
    private let separator: UInt8
    private var line = 1
    /// Of the next byte, counted in Unicode scalars from 1.
    private var character = 1
    private var isAfterReturn = false
    /// The field that is being read; kept, so that its memory is used again.
    private var bytes: [UInt8] = []
    private var isTooLong = false
    private var holdsNUL = false
    private var isASCII = true
    /// Whether a mistake was noted in the field; one is enough.
    private var isMistaken = false

    /// The most that a field, and that all fields of a record may take, in bytes.
    static let fieldLimit = Int(ByteCount.mebibytes(16).bytes)
    static let recordLimit = Int(ByteCount.mebibytes(64).bytes)

    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed: UInt8 = 0x0A
    private static let carriageReturn: UInt8 = 0x0D

    init(_ stream: ByteStream, separator: UInt8) {
        self.stream = stream
        self.separator = separator
    }

    /// The next record; nil at the end.
    ///
    /// - Parameter limit: How many fields are kept.
    mutating func next(keeping limit: Int) throws(BatchProblem) -> CSVRecord? {
        while let byte = try stream.peek(), isLineEnd(byte) { take(byte) }
        guard try stream.peek() != nil else { return nil }
        var record = CSVRecord()
        record.fields.reserveCapacity(min(limit, 64))
        repeat { try readField(into: &record, keeping: limit) } while try takeSeparator()
        record.end = RowPlace(line: line, column: nil, character: character)
        if let byte = try stream.peek() { take(byte) }
        return record
    }

    private mutating func takeSeparator() throws(BatchProblem) -> Bool {
        guard let byte = try stream.peek(), byte == separator else { return false }
        take(byte)
        return true
    }

    private mutating func readField(into record: inout CSVRecord, keeping limit: Int) throws(BatchProblem) {
        record.count += 1
        let place = RowPlace(line: line, column: record.count, character: character)
        let isKept = record.count <= limit
        if !isKept, record.firstExtra == nil { record.firstExtra = place }
        bytes.removeAll(keepingCapacity: bytes.capacity <= 1 << 20)
        (isTooLong, holdsNUL, isASCII, isMistaken) = (false, false, true, false)
        let room = isKept ? min(Self.fieldLimit, Self.recordLimit - record.size) : 0
        var isQuoted = false
        if let byte = try stream.peek(), byte == Self.quote {
            isQuoted = true
            take(byte)
            try readQuoted(from: place, room: room)
            if let byte = try stream.peek(), byte != separator, !isLineEnd(byte) {
                isMistaken = true
                record.note(
                    mistake(
                        "has text after the quote that closes the field; write a quote inside a field twice, as \"\".",
                        column: record.count
                    )
                )
            }
        }
        try readPlain(room: room, of: &record)
        guard isKept else { return }
        record.size += bytes.count
        record.fields.append(finished(at: place, isQuoted: isQuoted, of: &record))
    }

    /// Reads up to the closing quote and takes it.
    private mutating func readQuoted(from place: RowPlace, room: Int) throws(BatchProblem) {
        while true {
            try takeRun(until: Self.quote, room: room)
            guard let byte = try stream.peek() else { break }
            take(byte)
            if byte == Self.quote {
                guard try stream.peek() == Self.quote else { return }
                take(Self.quote)
            }
            keep(byte, room: room)
        }
        throw BatchProblem(
            stream.source,
            "the quote that opens here is never closed, so that the rest of the table is one field; close it, or write a quote "
                + "that belongs to a text twice inside a quoted field.",
            at: place
        )
    }

    /// Reads up to the end of the field without taking it.
    private mutating func readPlain(room: Int, of record: inout CSVRecord) throws(BatchProblem) {
        while true {
            try takeRun(until: separator, room: room)
            guard let byte = try stream.peek(), byte != separator, !isLineEnd(byte) else { return }
            if byte == Self.quote, !isMistaken {
                isMistaken = true
                record.note(
                    mistake(
                        "has a quote inside a field that does not begin with one; put the whole field in quotes, and write the "
                            + "quote twice.",
                        column: record.count
                    )
                )
            }
            take(byte)
            keep(byte, room: room)
        }
    }

    private mutating func finished(
        at place: RowPlace,
        isQuoted: Bool,
        of record: inout CSVRecord
    ) -> CSVRecord.Field {
        func unreadable(_ message: String, at place: RowPlace) -> CSVRecord.Field {
            record.note(CSVRecord.Mistake(place: place, message: message, breaksRecord: false))
            return CSVRecord.Field(text: nil, place: place)
        }
        if isTooLong {
            let isField = bytes.count >= Self.fieldLimit
            return unreadable(
                isField
                    ? "is longer than \(ByteCount(Int64(Self.fieldLimit))), the most that a field may be; give long texts as files."
                    : "makes the row longer than \(ByteCount(Int64(Self.recordLimit))), the most that a row may be.",
                at: place
            )
        }
        if holdsNUL, let index = bytes.firstIndex(of: 0) {
            return unreadable(
                "holds a NUL character, which no text may; is the table really a text?",
                at: self.place(of: index, in: place, isQuoted: isQuoted)
            )
        }
        if isASCII { return CSVRecord.Field(text: String(decoding: bytes, as: UTF8.self), place: place) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return unreadable(
                "is not valid UTF-8; save the table as UTF-8.",
                at: self.place(of: Self.firstInvalid(in: bytes), in: place, isQuoted: isQuoted)
            )
        }
        return CSVRecord.Field(text: text, place: place)
    }

    private func mistake(_ message: String, column: Int) -> CSVRecord.Mistake {
        CSVRecord.Mistake(
            place: RowPlace(line: line, column: column, character: character),
            message: message,
            breaksRecord: true
        )
    }

    // MARK: - Bytes

    @inline(__always)
    private func isLineEnd(_ byte: UInt8) -> Bool { byte == Self.lineFeed || byte == Self.carriageReturn }

    @inline(__always)
    private mutating func keep(_ byte: UInt8, room: Int) {
        if byte == 0 { holdsNUL = true }
        if byte >= 0x80 { isASCII = false }
        if bytes.count < room { bytes.append(byte) } else { isTooLong = true }
    }

    /// Takes what is in the buffer up to a byte that means something: a quote, a line end, a NUL, or the one that is given.
    @inline(__always)
    private mutating func takeRun(until stop: UInt8, room: Int) throws(BatchProblem) {
        var characters = 0
        var all: UInt8 = 0
        try stream.take { buffer in
            var index = 0
            while index < buffer.count {
                let byte = buffer[index]
                // All of them but some separators are smaller.
                if byte <= Self.quote || byte == stop,
                    byte == Self.quote || byte == stop || byte == 0 || isLineEnd(byte)
                {
                    break
                }
                if byte & 0xC0 != 0x80 { characters += 1 }
                all |= byte
                index += 1
            }
            let kept = min(index, room - bytes.count)
            bytes.append(contentsOf: buffer[..<kept])
            if kept < index { isTooLong = true }
            return index
        }
        character += characters
        if all >= 0x80 { isASCII = false }
        if all != 0 { isAfterReturn = false }
    }

    /// Takes the byte that was peeked at, and counts lines and characters.
    @inline(__always)
    private mutating func take(_ byte: UInt8) {
        stream.skip()
        if byte >= 0x20 {
            if byte & 0xC0 != 0x80 { character += 1 }
            isAfterReturn = false
        } else if byte == Self.lineFeed {
            if !isAfterReturn { line += 1 }
            character = 1
            isAfterReturn = false
        } else if byte == Self.carriageReturn {
            line += 1
            character = 1
            isAfterReturn = true
        } else {
            character += 1
            isAfterReturn = false
        }
    }

    /// Where a byte of a field's content stands in the text.
    private func place(of index: Int, in field: RowPlace, isQuoted: Bool) -> RowPlace {
        var (line, character) = (field.line, (field.character ?? 1) + (isQuoted ? 1 : 0))
        var wasReturn = false
        for byte in bytes[..<index] {
            if byte == Self.lineFeed {
                if !wasReturn { line += 1 }
                character = 1
            } else if byte == Self.carriageReturn {
                line += 1
                character = 1
            } else if byte & 0xC0 != 0x80 {
                character += isQuoted && byte == Self.quote ? 2 : 1
            }
            wasReturn = byte == Self.carriageReturn
        }
        return RowPlace(line: line, column: field.column, character: character)
    }

    /// The index of the first byte that is no part of a character.
    private static func firstInvalid(in bytes: [UInt8]) -> Int {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var valid = 0
        while case .scalarValue(let scalar) = decoder.decode(&iterator) { valid += UTF8.width(scalar) }
        return valid
    }
}
