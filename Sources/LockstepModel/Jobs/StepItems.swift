package import LockstepJSON

/// How far a step with `for_each` is.
package struct StepItems: Sendable, Hashable {
    package var total: Int
    package var completed: Int
    package var failed: Int

    package init(total: Int, completed: Int = 0, failed: Int = 0) {
        self.total = total
        self.completed = completed
        self.failed = failed
    }

    /// 0 to 100.
    package var percent: Int { total == 0 ? 100 : (completed + failed) * 100 / total }

    package var json: JSONValue {
        [
            "total": .integer(Int64(total)), "completed": .integer(Int64(completed)), "failed": .integer(Int64(failed)),
        ]
    }

    /// Reads ``json`` back.
    package init?(json: JSONValue) {
        guard let total = json["total"]?.integerValue, let completed = json["completed"]?.integerValue,
            let failed = json["failed"]?.integerValue
        else { return nil }
        self.init(total: Int(total), completed: Int(completed), failed: Int(failed))
    }
}
