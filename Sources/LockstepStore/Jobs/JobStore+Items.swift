internal import GRDB
package import LockstepJSON
package import LockstepModel

/// Items of steps with `for_each`, which are steps with places above ``StepPlace/firstItem``.
extension JobStore {
    /// The status of each item of a step that has begun, by place.
    package func itemStatuses(of id: JobID, step: Int) async throws(StoreError) -> [Int: StepStatus] {
        let places = StepPlace.items(of: step)
        return try await database.read { database in
            let found = try database.rows(
                """
                SELECT sequence_number, status FROM steps
                WHERE job_id = ? AND sequence_number >= ? AND sequence_number < ?
                """,
                [id.rawValue, places.lowerBound, places.upperBound]
            ) { (Int(try $0.integer("sequence_number")), try $0.word("status", as: StepStatus.self)) }
            return Dictionary(found, uniquingKeysWith: { first, _ in first })
        }
    }

    /// The step or item at a place; nil when there is none, or when the item has not begun.
    package func step(of id: JobID, at place: Int) async throws(StoreError) -> JobStep? {
        try await database.read { database in
            try database.firstRow(
                "SELECT * FROM steps WHERE job_id = ? AND sequence_number = ?",
                [id.rawValue, place]
            ) { try StepRecord.step(from: $0) }
        }
    }

    /// Items of a step, in order: those of some statuses, at most so many.
    package func items(
        of id: JobID,
        step: Int,
        _ statuses: [StepStatus] = StepStatus.allCases,
        limit: Int
    ) async throws(StoreError) -> [JobStep] {
        let places = StepPlace.items(of: step)
        return try await database.read { database in
            var conditions = SQLConditions()
            conditions.add(
                "job_id = ? AND sequence_number >= ? AND sequence_number < ?",
                [id.rawValue, places.lowerBound, places.upperBound]
            )
            conditions.add("status", in: statuses.map(\.rawValue))
            return try database.rows(
                "SELECT * FROM steps WHERE \(conditions.sql) ORDER BY sequence_number LIMIT ?",
                conditions.arguments + [limit]
            ) { try StepRecord.step(from: $0) }
        }
    }

    /// Goes through what the items of a step have made, in order, one in memory at a time.
    ///
    /// - Parameter take: Gets the item's number, from 0, and its outputs; null for an item that made nothing. False ends it.
    package func forEachItemOutput(
        of id: JobID,
        step: Int,
        _ take: @escaping @Sendable (Int, JSONObject?) -> Bool
    ) async throws(StoreError) {
        let places = StepPlace.items(of: step)
        try await database.read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT sequence_number, status, output_data FROM steps
                    WHERE job_id = ? AND sequence_number >= ? AND sequence_number < ? ORDER BY sequence_number
                    """,
                arguments: [id.rawValue, places.lowerBound, places.upperBound]
            )
            while let row = try rows.next() {
                let index = StepPlace.itemIndex(of: Int(try row.integer("sequence_number"))) ?? 0
                let isMade = try row.word("status", as: StepStatus.self) == .completed
                let outputs = isMade ? try row.optionalJSON("output_data")?.objectValue : nil
                guard take(index, outputs) else { return }
            }
        }
    }

    /// Takes items back to before their first attempt: those that have not completed, or all of a step.
    static func renewItems(of id: JobID, _ renewal: ItemRenewal, in database: Database) throws {
        let places = StepPlace.items(of: renewal.step)
        try database.execute(
            sql: """
                UPDATE steps SET status = 'PENDING', progress = NULL, started_at = NULL, completed_at = NULL,
                    output_data = NULL, error_message = NULL, error_code = NULL, waiting = NULL, reused_from = NULL
                    \(renewal.isWhole ? ", child_job_id = NULL" : "")
                WHERE job_id = ? AND sequence_number >= ? AND sequence_number < ?
                    \(renewal.isWhole ? "" : "AND status <> 'COMPLETED'")
                """,
            arguments: [id.rawValue, places.lowerBound, places.upperBound]
        )
    }
}

/// Items that are to be run again.
package struct ItemRenewal: Sendable {
    /// Sequence number of the step.
    package var step: Int
    /// Also those that have completed.
    package var isWhole: Bool

    package init(step: Int, isWhole: Bool) {
        self.step = step
        self.isWhole = isWhole
    }
}
