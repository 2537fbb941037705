internal import LockstepJSON
internal import LockstepModel

/// A schedule of a workflow file, for editors; expressions, zones and dates are left to the check.
enum SchedulePart {
    static let definition: JSONValue = .object(
        SchemaPart.object(
            "Times at which the workflow runs.",
            [
                "schedule_id": SchemaPart.reference("name", "A name that no other schedule of the project has."),
                "cron": SchemaPart.text(
                    "Minute, hour, day of the month, month, weekday; or a macro.",
                    examples: ["30 2 * * MON-FRI", "@daily"]
                ),
                "at": SchemaPart.text(
                    "A single time, on the clocks of time_zone or in UTC.",
                    examples: ["2026-12-01T10:00", "2026-12-01T10:00:00Z"]
                ),
                "time_zone": SchemaPart.text("An IANA name; UTC without one.", examples: ["Europe/Berlin"]),
                "inputs": ["type": "object", "description": "Values by variable; a file by its path."],
                "batch": .object(
                    SchemaPart.object(
                        "One job for each file of a pattern.",
                        [
                            "glob": SchemaPart.text("Below the project's folder.", examples: ["inbox/*.pdf"]),
                            "as": SchemaPart.text("The input that each file becomes."),
                            "max_parallel": SchemaPart.count("How many run at the same time.", 1...1000, default: 4),
                            "skip_invalid": SchemaPart.flag(
                                "Leaves out files that are not valid, instead of making no job at all.",
                                default: false
                            ),
                        ],
                        required: ["glob", "as"]
                    )
                ),
                "catch_up": SchemaPart.word(
                    "What becomes of times at which nobody was there to fire them.",
                    oneOf: CatchUpPolicy.Choice.allCases.map(\.rawValue),
                    default: CatchUpPolicy().choice.rawValue
                ),
                "catch_up_window": SchemaPart.reference(
                    "duration",
                    "What is later than this is missed; 24h without it."
                ),
                "catch_up_limit": SchemaPart.count(
                    "How many late ones fire, or wait, at most.",
                    CatchUpPolicy.limitRange,
                    default: CatchUpPolicy().limit
                ),
                "overlap": SchemaPart.word(
                    "What it does while an earlier one has not ended.",
                    oneOf: OverlapPolicy.allCases.map(\.rawValue),
                    default: OverlapPolicy.skip.rawValue
                ),
                "jitter": SchemaPart.text(
                    "It fires up to this much later, always by the same amount.",
                    examples: ["5m"]
                ),
                "deadline": SchemaPart.reference("duration", "What cannot start within this time is missed."),
                "from": SchemaPart.text("The first day or time.", examples: ["2026-06-01"]),
                "to": SchemaPart.text("The last day or time.", examples: ["2026-12-31"]),
                "paused": SchemaPart.flag("Whether its times are skipped.", default: false),
            ],
            required: ["schedule_id"]
        )
    )
}
