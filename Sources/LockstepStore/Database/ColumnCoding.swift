internal import GRDB
internal import LockstepJSON
internal import LockstepModel

/// Reading typed columns; a value that the schema's own checks rule out is a damaged database.
extension Row {
    func text(_ column: String) throws(StoreError) -> String {
        guard let value: String = self[column] else { throw damaged(column) }
        return value
    }

    func integer(_ column: String) throws(StoreError) -> Int64 {
        guard let value: Int64 = self[column] else { throw damaged(column) }
        return value
    }

    func instant(_ column: String) throws(StoreError) -> Instant { Instant(milliseconds: try integer(column)) }

    func optionalInstant(_ column: String) -> Instant? {
        (self[column] as Int64?).map { Instant(milliseconds: $0) }
    }

    func json(_ column: String) throws(StoreError) -> JSONValue {
        guard let value = try optionalJSON(column) else { throw damaged(column) }
        return value
    }

    func optionalJSON(_ column: String) throws(StoreError) -> JSONValue? {
        guard let text: String = self[column] else { return nil }
        do {
            return try JSONValue(parsing: text)
        } catch {
            throw damaged(column)
        }
    }

    func object(_ column: String) throws(StoreError) -> JSONObject {
        guard let object = try json(column).objectValue else { throw damaged(column) }
        return object
    }

    func word<Word: RawRepresentable<String>>(_ column: String, as type: Word.Type) throws(StoreError) -> Word {
        guard let word = Word(rawValue: try text(column)) else { throw damaged(column) }
        return word
    }

    private func damaged(_ column: String) -> StoreError {
        StoreError(
            .storageError,
            "The database holds a value in column `\(column)` that this program cannot read. Run `lockstep doctor`."
        )
    }
}

extension Database {
    /// Decodes every row of an answer where SQLite has it.
    ///
    /// A copy of a row, as `Row.fetchAll` makes it, compares names to find a column: a job's forty columns take longer then
    /// than the query.
    ///
    /// - Parameter sql: The same text each time: the statement is kept for the next time.
    func rows<Value>(
        _ sql: String,
        _ arguments: StatementArguments = [],
        _ decode: (Row) throws -> Value
    ) throws -> [Value] {
        let rows = try Row.fetchCursor(try cachedStatement(sql: sql), arguments: arguments)
        var values: [Value] = []
        while let row = try rows.next() { values.append(try decode(row)) }
        return values
    }

    /// Decodes the first row of an answer; nil when there is none.
    func firstRow<Value>(
        _ sql: String,
        _ arguments: StatementArguments = [],
        _ decode: (Row) throws -> Value
    ) throws -> Value? {
        let rows = try Row.fetchCursor(try cachedStatement(sql: sql), arguments: arguments)
        return try rows.next().map(decode)
    }
}

extension JSONValue {
    /// Compact text, as columns hold it.
    var column: String { JSONWriter.text(self) }
}
