internal import GRDB

/// What a row must be, with the values that the question marks stand for.
struct SQLConditions {
    private var parts: [String] = []
    private(set) var arguments: StatementArguments = []

    var sql: String { parts.joined(separator: " AND ") }

    mutating func add(_ sql: String, _ arguments: StatementArguments) {
        parts.append(sql)
        self.arguments += arguments
    }

    mutating func add(_ column: String, in values: [String]) {
        add("\(column) IN (\(values.map { _ in "?" }.joined(separator: ",")))", StatementArguments(values))
    }
}
