import LockstepDefinitions
import LockstepJSON
import LockstepModel
import Testing

/// `schedules:` of workflow files: what is read, and everything that is wrong with them, each at its place.
struct ScheduleDecodingTests {
    private func check(_ schedules: String) throws -> [String] {
        let project = try TemporaryProject()
        try project.write("tools-registry/echo.yaml", Self.tool)
        try project.write("workflows/w.yaml", Self.workflow + schedules)
        return try project.check().filter { $0.contains(" error: ") }.map {
            String($0.dropFirst("workflows/w.yaml:".count))
        }
    }

    private static let tool = """
        tool_id: echo
        name: Echo
        version: 1.0.0
        command: [echo, "${text}"]
        parameters: { text: { required: true, schema: { type: string } } }
        outputs: { result: { stdout: text, schema: { type: string } } }
        """
    private static let workflow = """
        workflow_id: w
        name: W
        version: 1.0.0
        input_variables:
          - { variable_id: depth, required: true, schema: { type: string, enum: [basic, detailed] } }
          - { variable_id: doc, schema: { type: file } }
        steps:
          - { step_id: s, tool: echo, parameter_mappings: { text: depth }, output_mappings: { result: said } }
        outputs: [said]

        """

    private func schedule(_ text: String) throws -> Schedule {
        var decoder = DefinitionDecoder()
        let json = try JSONValue(parsing: text)
        let schedule = decoder.schedule(json, of: WorkflowID("w"), nil, at: JSONPointer())
        #expect(decoder.problems == [])
        return try #require(schedule)
    }

    @Test func `everything that a schedule may say is read`() throws {
        let schedule = try schedule(
            """
            {"schedule_id": "nightly", "cron": "30 2 * * MON-FRI", "time_zone": "Europe/Berlin", "inputs": {"depth": "basic"},
             "catch_up": "all", "catch_up_window": "2h", "catch_up_limit": 7, "overlap": "cancel_running", "jitter": "5m",
             "deadline": "1h", "from": "2026-06-01", "to": "2026-06-30", "paused": true}
            """
        )
        #expect(schedule.id == ScheduleID("nightly") && schedule.zone.name == "Europe/Berlin")
        #expect(schedule.work == .job(inputs: ["depth": "basic"]))
        #expect(
            schedule.catchUp.choice == .all && schedule.catchUp.window.description == "2h"
                && schedule.catchUp.limit == 7
        )
        #expect(schedule.overlap == .cancelRunning && schedule.jitter.description == "5m" && schedule.isPaused)
        #expect(schedule.deadline?.description == "1h")
        // Days are those of the zone: two hours ahead of UTC then.
        #expect(schedule.from == Instant(parsing: "2026-05-31T22:00:00Z"))
        #expect(schedule.to == Instant(parsing: "2026-06-30T21:59:59.999Z"))
        #expect(schedule.next(after: Instant(milliseconds: 0)) == Instant(parsing: "2026-06-01T00:30:00Z"))
        #expect(schedule.next(after: try #require(Instant(parsing: "2026-06-30T00:30:00Z"))) == nil)
    }

    @Test func `a single time is meant on the clocks of its zone`() throws {
        let local = try schedule(#"{"schedule_id": "one", "at": "2026-06-01T10:00", "time_zone": "Europe/Berlin"}"#)
        let berlin = try TimeZoneFolder.system.zone(named: "Europe/Berlin")
        #expect(local.timing == .once(try #require(Instant(parsing: "2026-06-01T08:00:00Z")), berlin))
        let utc = try schedule(#"{"schedule_id": "one", "at": "2026-06-01T10:00:00Z", "time_zone": "Europe/Berlin"}"#)
        #expect(utc.timing == .once(try #require(Instant(parsing: "2026-06-01T10:00:00Z")), berlin))
    }

    @Test func `bounds that the clocks skip are those of the gap`() throws {
        func bounded(_ name: String) throws -> Schedule {
            try schedule(
                #"{"schedule_id": "s", "cron": "*/30 * * * *", "time_zone": "Europe/Berlin", "NAME": "2026-03-29T02:30"}"#
                    .replacing("NAME", with: name)
            )
        }
        let gap = try #require(Instant(parsing: "2026-03-29T01:00:00Z"))
        #expect(try bounded("from").from == gap)
        #expect(try bounded("to").to == Instant(milliseconds: gap.milliseconds - 1))
    }

    @Test func `a jitter that would hold up the next time is refused of new ones, and read of stored ones`() throws {
        let stored = try schedule(#"{"schedule_id": "s", "cron": "*/5 * * * *", "jitter": "5m", "deadline": "1m"}"#)
        #expect(stored.jitter.description == "5m")
    }

    @Test(
        arguments: [
            ("cron: \"0 * * * *\", inputs: { depth: basic }", []),
            (
                "cron: \"0 * * * *\", inputs: { depth: deep }",
                ["the input `depth` must be one of basic, detailed; it is deep"]
            ),
            ("cron: \"0 * * * *\"", ["the input `depth` is required; without it no job can be made"]),
            (
                "cron: \"0 * * * *\", inputs: { depht: basic }",
                [
                    "the input `depth` is required; without it no job can be made",
                    "the workflow has no input `depht`; did you mean `depth`?",
                ]
            ),
            (
                "cron: \"0 * * * *\", inputs: { depth: basic, doc: 5 }",
                ["the input `doc` must be the path of a file; it is 5"]
            ),
            (
                "cron: \"0 * * * *\", at: \"2026-06-01T10:00\", inputs: { depth: basic }",
                ["a schedule has either `cron`, for times that come again, or `at`, for a single one"]
            ),
            (
                "at: \"2026-03-29T02:30\", time_zone: Europe/Berlin, inputs: { depth: basic }",
                ["the clocks of Europe/Berlin skip this time; write one that they show, or one in UTC"]
            ),
            (
                "cron: \"0 * * * *\", inputs: { depth: basic }, from: \"2026-06-02\", to: \"2026-06-01\"",
                ["`to` is before `from`, so the schedule never fires"]
            ),
            (
                "cron: \"0 0 1 1 *\", inputs: { depth: basic }, from: \"2026-06-01\", to: \"2026-06-30\"",
                ["none of its times lies between `from` and `to`, so the schedule never fires"]
            ),
            (
                "cron: \"0 * * * *\", inputs: { depth: basic }, overlap: skp",
                ["`overlap` must be one of skip, queue, allow, cancel_running; it is \"skp\""]
            ),
            (
                "cron: \"0 * * * *\", inputs: { depth: basic }, jitter: 2d",
                ["`jitter` must be a time up to 1d, such as 30s or 5m; it is \"2d\""]
            ),
            (
                "cron: \"*/5 * * * *\", inputs: { depth: basic }, jitter: 5m",
                [
                    "`jitter` of 5m is not shorter than the 5m between two times, so that one would hold up the next; "
                        + "make it less than 5m"
                ]
            ),
            ("cron: \"*/5 * * * *\", inputs: { depth: basic }, jitter: 299s, deadline: 299s", []),
            (
                "cron: \"0 * * * *\", inputs: { depth: basic }, jitter: 10m, deadline: 5m",
                [
                    "`jitter` of 10m is longer than `deadline` of 5m, so that some times would always be missed; "
                        + "make it 5m or less"
                ]
            ),
            (
                "cron: \"0 * * * *\", inputs: { depth: basic }, batch: { glob: \"in/*\", as: depth }",
                ["the input `depth` is among `inputs` as well", "the input `depth` is no file"]
            ),
        ] as [(String, [String])]
    )
    func `what is wrong is said`(rules: String, messages: [String]) throws {
        let found = try check("schedules: [{ schedule_id: s, \(rules) }]\n")
        #expect(
            found.map { $0.split(separator: " error: ", maxSplits: 1).last.map(String.init) ?? "" }.sorted() == messages
        )
    }

    @Test(
        arguments: [
            "cron: \"*/0 * * * *\"", "cron: \"0 0 0 * * *\"", "cron: \"0 0 30 2 *\"",
            "cron: \"0 * * * *\", time_zone: Europe/Berln", "at: \"2026-02-30T10:00\"", "at: \"2026-02-20\"", "cron: 5",
        ]
    )
    func `impossible times and unknown zones are refused at their place`(rules: String) throws {
        let found = try check("schedules:\n  - { schedule_id: s, inputs: { depth: basic }, \(rules) }\n")
        #expect(found.count == 1, "\(found)")
        #expect(found.allSatisfy { $0.hasPrefix("11:") }, "\(found)")
    }

    @Test func `two schedules of one name are refused, in one file and in two`() throws {
        let one = "{ schedule_id: s, cron: \"0 * * * *\", inputs: { depth: basic } }"
        let found = try check("schedules:\n  - \(one)\n  - \(one)\n")
        #expect(found.count == 1 && found[0].contains("a second schedule has the schedule_id `s`"), "\(found)")
        let project = try TemporaryProject()
        try project.write("tools-registry/echo.yaml", Self.tool)
        for id in ["w", "v"] {
            let text = Self.workflow.replacing("workflow_id: w", with: "workflow_id: \(id)")
            try project.write("workflows/\(id).yaml", text + "schedules:\n  - \(one)\n")
        }
        let both = try project.check().filter { $0.contains(" error: ") }
        #expect(both.count == 1 && both[0].contains("the workflow `v` has a schedule `s` as well"), "\(both)")
    }

    @Test func `schedules are no part of what jobs are pinned to`() throws {
        let project = try TemporaryProject()
        try project.write("tools-registry/echo.yaml", Self.tool)
        try project.write("workflows/w.yaml", Self.workflow)
        let before = try project.catalog.workflow(WorkflowID("w")).workflow
        try project.write(
            "workflows/w.yaml",
            Self.workflow + "schedules: [{ schedule_id: s, cron: \"0 * * * *\", inputs: { depth: basic } }]\n"
        )
        let after = try project.catalog.workflow(WorkflowID("w")).workflow
        #expect(before.definition == after.definition && after.schedules.map(\.id) == [ScheduleID("s")])
    }
}
