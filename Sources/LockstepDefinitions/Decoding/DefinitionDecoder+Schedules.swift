package import LockstepJSON
package import LockstepModel

extension DefinitionDecoder {
    private static let scheduleKeys = [
        "schedule_id", "cron", "at", "time_zone", "inputs", "catch_up", "catch_up_window", "catch_up_limit", "overlap",
        "jitter", "deadline", "from", "to", "paused", "batch",
    ]

    /// Reads the schedules of a workflow.
    mutating func schedules(in members: Members, of workflow: WorkflowID, _ variables: [InputVariable]) -> [Schedule] {
        var schedules: [Schedule] = []
        for (item, place) in list("schedules", in: members) {
            guard let schedule = schedule(item, of: workflow, variables, at: place) else { continue }
            if schedules.contains(where: { $0.id == schedule.id }) {
                note(place.appending("schedule_id"), "a second schedule has the schedule_id `\(schedule.id)`")
            }
            schedules.append(schedule)
        }
        return schedules
    }

    /// Reads one schedule; nil when its times cannot be read. It may be used only when there are no problems.
    ///
    /// - Parameters:
    ///   - variables: The workflow's, against which its inputs are checked; nil leaves them unchecked.
    package mutating func schedule(
        _ json: JSONValue,
        of workflow: WorkflowID,
        _ variables: [InputVariable]?,
        at pointer: JSONPointer
    ) -> Schedule? {
        let noun = "a schedule"
        guard let members = members(json, noun, known: Self.scheduleKeys, at: pointer) else {
            return nil
        }
        let id = ScheduleID(name("schedule_id", in: members, noun))
        let zone = zone(in: members)
        let inputs = JSONObject(entries("inputs", in: members).map { ($0.name, $0.value) })
        let batch = batch(inputs: inputs, in: members)
        if let variables { checkScheduled(inputs, variables, batch, in: members) }
        let timing = timing(in: members, zone)
        var schedule = Schedule(
            id: id,
            workflowID: workflow,
            timing: timing ?? .once(Instant(milliseconds: 0), .utc),
            work: batch.map { .batch($0) } ?? .job(inputs: inputs),
            definition: json
        )
        readPolicies(of: &schedule, in: members)
        schedule.from = moment("from", in: members)?.first(in: zone ?? .utc)
        schedule.to = moment("to", in: members)?.last(in: zone ?? .utc)
        guard timing != nil, zone != nil else { return nil }
        checkBounds(of: schedule, in: members)
        // Not of one that is in force already, and would be lost by it.
        if variables != nil { checkJitter(of: schedule, in: members) }
        return schedule
    }

    private mutating func readPolicies(of schedule: inout Schedule, in members: Members) {
        schedule.catchUp.choice = choice("catch_up", in: members) ?? schedule.catchUp.choice
        schedule.catchUp.window = duration("catch_up_window", in: members) ?? schedule.catchUp.window
        schedule.catchUp.limit =
            count("catch_up_limit", in: members, CatchUpPolicy.limitRange) ?? schedule.catchUp.limit
        schedule.overlap = choice("overlap", in: members) ?? schedule.overlap
        schedule.jitter = jitter(in: members) ?? schedule.jitter
        schedule.deadline = duration("deadline", in: members)
        schedule.isPaused = flag("paused", in: members) ?? false
    }

    /// Nil when there is none, or when it cannot be read.
    private mutating func batch(inputs: JSONObject, in members: Members) -> ScheduledBatch? {
        guard let value = members["batch"],
            let entry = self.members(
                value,
                "`batch`",
                known: ["glob", "as", "max_parallel", "skip_invalid"],
                at: members.place("batch")
            )
        else { return nil }
        for name in ["glob", "as"] { require(name, in: entry, "`batch`") }
        guard let glob = text("glob", in: entry), let variable = text("as", in: entry) else { return nil }
        if glob.isEmpty { note(entry.place("glob"), "`glob` must be a pattern, such as inbox/*.pdf") }
        var batch = ScheduledBatch(glob: glob, variable: variable, inputs: inputs)
        batch.maxParallel = count("max_parallel", in: entry, 1...1000) ?? batch.maxParallel
        batch.skipsInvalid = flag("skip_invalid", in: entry) ?? false
        return batch
    }

    // MARK: - Times

    /// UTC when none is named; nil when there is no such zone.
    private mutating func zone(in members: Members) -> ScheduleZone? {
        guard members["time_zone"] != nil else { return .utc }
        guard let name = text("time_zone", in: members) else { return nil }
        do {
            return try TimeZoneFolder.system.zone(named: name)
        } catch {
            var nearest: String?
            if case .unknown(let zone) = error { nearest = zone.nearest.first }
            note(members.place("time_zone"), error.description, suggestion: nearest)
            return nil
        }
    }

    private mutating func timing(in members: Members, _ zone: ScheduleZone?) -> Schedule.Timing? {
        guard (members["cron"] == nil) != (members["at"] == nil) else {
            let message = "a schedule has either `cron`, for times that come again, or `at`, for a single one"
            note(members.pointer, message)
            return nil
        }
        if members["at"] != nil { return time(in: members, zone).map { .once($0, zone ?? .utc) } }
        guard let text = text("cron", in: members) else { return nil }
        do {
            let expression = try CronExpression(parsing: text)
            return .cron(expression, zone ?? .utc)
        } catch {
            for finding in error.findings {
                note(members.place("cron"), finding.description, suggestion: finding.suggestion)
            }
            return nil
        }
    }

    private mutating func time(in members: Members, _ zone: ScheduleZone?) -> Instant? {
        guard let moment = moment("at", in: members) else { return nil }
        if case .day = moment {
            note(members.place("at"), "`at` needs a time of day, such as 2026-12-01T10:00")
            return nil
        }
        guard let time = moment.exact(in: zone ?? .utc) else {
            let name = zone?.name ?? "UTC"
            note(members.place("at"), "the clocks of \(name) skip this time; write one that they show, or one in UTC")
            return nil
        }
        return time
    }

    private mutating func moment(_ name: String, in members: Members) -> ScheduleMoment? {
        guard let value = members[name] else { return nil }
        guard let moment = value.stringValue.flatMap({ ScheduleMoment(parsing: $0) }) else {
            let message =
                "`\(name)` must be a date and time that exists, such as 2026-12-01T10:00 on the clocks of time_zone, "
                + "2026-12-01T10:00:00Z in UTC, or a day such as 2026-12-01; it is \(value.shown)"
            note(members.place(name), message)
            return nil
        }
        return moment
    }

    private mutating func checkBounds(of schedule: Schedule, in members: Members) {
        if let from = schedule.from, let to = schedule.to, from > to {
            note(members.place("to"), "`to` is before `from`, so the schedule never fires")
        } else if schedule.next(after: Instant(milliseconds: -1)) == nil {
            let place = members["to"] == nil ? members["from"] == nil ? "cron" : "from" : "to"
            note(members.place(place), "none of its times lies between `from` and `to`, so the schedule never fires")
        }
    }

    /// Occurrences are decided in the order of their times: one that is put off must not hold up the next one.
    private mutating func checkJitter(of schedule: Schedule, in members: Members) {
        let jitter = schedule.jitter
        guard jitter.milliseconds > 0 else { return }
        if let deadline = schedule.deadline, jitter.milliseconds > deadline.milliseconds {
            let message =
                "`jitter` of \(jitter) is longer than `deadline` of \(deadline), so that some times would always be missed; "
                + "make it \(deadline) or less"
            note(members.place("jitter"), message)
        }
        let start = schedule.from ?? Self.presentClocks
        if let interval = schedule.shortestInterval(after: Instant(milliseconds: start.milliseconds - 1)),
            jitter.milliseconds >= interval.milliseconds
        {
            let message =
                "`jitter` of \(jitter) is not shorter than the \(interval) between two times, so that one would hold up the next; "
                + "make it less than \(interval)"
            note(members.place("jitter"), message)
        }
    }

    /// The beginning of 2026, in UTC: what is wrong with a file does not depend on the day on which it is checked.
    private static let presentClocks = Instant(milliseconds: 1_767_225_600_000)

    // MARK: - Values

    private mutating func choice<Word: RawRepresentable<String> & CaseIterable>(
        _ name: String,
        in members: Members
    ) -> Word? {
        guard let value = members[name] else { return nil }
        if let text = value.stringValue, let word = Word(rawValue: text) { return word }
        let words = Word.allCases.map(\.rawValue)
        let nearest = value.stringValue.flatMap { EditDistance.nearest(to: $0, among: words) }
        let message = "`\(name)` must be one of \(words.joined(separator: ", ")); it is \(value.shown)"
        note(members.place(name), message, suggestion: nearest)
        return nil
    }

    /// The one length of time that may be none.
    private mutating func jitter(in members: Members) -> DurationText? {
        guard let value = members["jitter"] else { return nil }
        guard let jitter = value.stringValue.flatMap({ DurationText(parsing: $0) }),
            (0...86_400_000).contains(jitter.milliseconds)
        else {
            note(members.place("jitter"), "`jitter` must be a time up to 1d, such as 30s or 5m; it is \(value.shown)")
            return nil
        }
        return jitter
    }

    /// Notes every input that the workflow does not take, that is missing, or that is wrong; files are looked at when it fires.
    private mutating func checkScheduled(
        _ inputs: JSONObject,
        _ variables: [InputVariable],
        _ batch: ScheduledBatch?,
        in members: Members
    ) {
        let place = members.place("inputs")
        var given: Set<String> = []
        for (name, value) in inputs {
            guard let variable = variables.named(name) else {
                let known = variables.flatMap { [$0.id, $0.name] }
                let nearest = EditDistance.nearest(to: name, among: known)
                let hint = nearest.map { "; did you mean `\($0)`?" } ?? ""
                noteName(place.appending(name), "the workflow has no input `\(name)`\(hint)", suggestion: nearest)
                continue
            }
            if !given.insert(variable.id).inserted {
                noteName(place.appending(name), "the input `\(variable.id)` is given twice, by its id and by its name")
            }
            check(scheduled: value, of: variable, at: place.appending(name))
        }
        if let batch {
            let place = members.place("batch").appending("as")
            switch variables.named(batch.variable) {
            case nil:
                let nearest = EditDistance.nearest(to: batch.variable, among: variables.map(\.id))
                let hint = nearest.map { "; did you mean `\($0)`?" } ?? ""
                note(place, "the workflow has no input `\(batch.variable)`\(hint)", suggestion: nearest)
            case .some(let variable):
                if !variable.schema.isFile { note(place, "the input `\(variable.id)` is no file") }
                if !given.insert(variable.id).inserted {
                    note(place, "the input `\(variable.id)` is among `inputs` as well")
                }
            }
        }
        let missing = variables.filter { $0.isRequired && $0.defaultValue == nil && !given.contains($0.id) }
        for variable in missing {
            let place = members["inputs"] == nil ? members.pointer : place
            note(place, "the input `\(variable.id)` is required; without it no job can be made")
        }
    }

    private mutating func check(scheduled value: JSONValue, of variable: InputVariable, at place: JSONPointer) {
        if variable.schema.isFile || variable.schema.isFileList {
            let isPaths = variable.schema.isFileList && value.arrayValue?.allSatisfy { $0.stringValue != nil } ?? false
            if value.stringValue == nil, !isPaths {
                let wanted = variable.schema.isFileList ? "a list of paths" : "the path of a file"
                note(place, "the input `\(variable.id)` must be \(wanted); it is \(value.shown)")
            }
            return
        }
        check(value, "the input `\(variable.id)`", against: variable.schema, at: place)
    }
}
