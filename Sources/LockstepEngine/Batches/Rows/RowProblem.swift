package import LockstepJSON

/// One thing that is wrong with one row.
package struct RowProblem: Sendable, Hashable, CustomStringConvertible {
    /// The row's number, from 1, among the rows of data.
    package let row: Int
    package let place: RowPlace
    /// The variable's id, or what the table calls it; nil when the row as a whole is meant.
    package let field: String?
    /// For a person, with what to do.
    package let message: String

    /// The line of the mistake, which in a row of several lines may be a later one than the row's.
    package var line: Int { place.line }
    /// The CSV field, from 1.
    package var column: Int? { place.column }
    /// The character in the line, from 1.
    package var character: Int? { place.character }

    /// `line 3:7 (column 2): word must be …`, without the table's name.
    package var description: String { "\(place.shown): \(field.map { "\($0) " } ?? "")\(message)" }

    /// `row`, `line`, `column`, `character`, `field`, `message`; without what is not known.
    package var json: JSONValue {
        var object: JSONObject = ["row": .integer(Int64(row))]
        place.add(to: &object)
        if let field { object["field"] = .string(field) }
        object["message"] = .string(message)
        return .object(object)
    }
}
