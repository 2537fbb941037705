internal import LockstepJSON
internal import LockstepModel

/// Conflicts between ranges that have no value in common.
enum SchemaRangeConflict {
    static func ofNumbers(_ given: ValueSchema, _ wanted: ValueSchema) -> SchemaConflict? {
        for (low, high) in [(given, wanted), (wanted, given)] {
            // The lower limits of one side against the upper limits of the other.
            let lows = [(low.minimum, false), (low.exclusiveMinimum, true)]
            let highs = [(high.maximum, false), (high.exclusiveMaximum, true)]
            for (minimum, isAbove) in lows {
                for (maximum, isBelow) in highs {
                    guard let minimum, let maximum else { continue }
                    let isApart = maximum.isBelow(minimum) || (maximum == minimum && (isAbove || isBelow))
                    guard isApart else { continue }
                    let least = "a number \(isAbove ? "above" : "of at least") \(minimum.shown)"
                    let most = "a number \(isBelow ? "below" : "of at most") \(maximum.shown)"
                    return low == given && high == wanted
                        ? SchemaConflict(wanted: most, given: least) : SchemaConflict(wanted: least, given: most)
                }
            }
        }
        return nil
    }

    /// - Parameters:
    ///   - given: The least and the most of the giving side.
    ///   - noun: What is counted in, such as `a list`.
    ///   - unit: What is counted, such as `item`.
    static func ofCounts(
        _ given: (least: Int?, most: Int?),
        _ wanted: (least: Int?, most: Int?),
        _ noun: String,
        _ unit: String
    ) -> SchemaConflict? {
        let count = { (count: Int) in "\(count) \(unit)\(count == 1 ? "" : "s")" }
        if let least = given.least, let most = wanted.most, least > most {
            return SchemaConflict(
                wanted: "\(noun) of at most \(count(most))",
                given: "\(noun) of at least \(count(least))"
            )
        }
        if let least = wanted.least, let most = given.most, least > most {
            return SchemaConflict(
                wanted: "\(noun) of at least \(count(least))",
                given: "\(noun) of at most \(count(most))"
            )
        }
        return nil
    }
}
