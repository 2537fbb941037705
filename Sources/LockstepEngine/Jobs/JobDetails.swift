package import LockstepJSON
package import LockstepModel

/// Seed 004's fields as somebody gives them for a new job or a change of one; nil leaves a field as it is.
package struct JobDetails: Sendable {
    /// The actor's own when nil; another one's only for the system's actors.
    package var tenantID: String?
    package var assignedAgent: String?
    package var executionContext: JSONObject?
    /// Decimal text, as every amount here.
    package var estimatedCost: String?
    package var maxCost: String?
    package var timeoutSeconds: Int?
    package var planID: String?
    package var planStepIndex: Int?
    /// Makes a new job a scheduled one.
    package var scheduledAt: Instant?
    package var scheduleID: String?
    package var batchID: String?
    package var contextRecordID: String?

    package init() {}

    /// - Throws: `PERMISSION_DENIED` when the tenant is not one that the actor reaches.
    func tenant(for actor: Actor) throws(JobError) -> String {
        let tenant = tenantID ?? actor.tenantID
        guard actor.reaches(tenant: tenant) else {
            throw JobError(.permissionDenied, "\(actor.id) may not make jobs in another tenant.")
        }
        return tenant
    }

    /// - Throws: `VALIDATION_ERROR` with everything that is wrong; the job is then as before.
    func apply(to job: inout Job, name: String?, by actor: Actor, at now: Instant) throws(JobError) {
        var changed = job
        var problems: [FieldError] = []
        func problem(_ field: String, _ message: String) {
            problems.append(FieldError(field: field, message: message))
        }
        func money(_ text: String?, _ field: String) -> Money? {
            guard let text else { return nil }
            guard let money = Money(parsing: text) else {
                problem(field, Money.complaint(about: text))
                return nil
            }
            return money
        }
        if let name, name.allSatisfy(\.isWhitespace) { problem("name", "must not be empty") }
        changed.name = name ?? job.name
        changed.executionContext = executionContext ?? job.executionContext
        changed.estimatedCost = money(estimatedCost, "estimated_cost") ?? job.estimatedCost
        changed.maxCost = money(maxCost, "max_cost") ?? job.maxCost
        if let timeoutSeconds, !(1...1_000_000_000).contains(timeoutSeconds) {
            problem("timeout_seconds", "\(timeoutSeconds) is not between 1 and 1000000000")
        }
        changed.timeoutSeconds = timeoutSeconds ?? job.timeoutSeconds
        if let planStepIndex, planStepIndex < 0 { problem("plan_step_index", "must not be below 0") }
        changed.planID = planID ?? job.planID
        changed.planStepIndex = planStepIndex ?? job.planStepIndex
        if changed.planStepIndex != nil, changed.planID == nil {
            problem("plan_step_index", "needs a plan_id beside it")
        }
        if let scheduledAt, scheduledAt <= now { problem("scheduled_at", "\(scheduledAt) is not in the future") }
        changed.scheduledAt = scheduledAt ?? job.scheduledAt
        changed.scheduleID = scheduleID ?? job.scheduleID
        changed.batchID = batchID ?? job.batchID
        changed.contextRecordID = contextRecordID ?? job.contextRecordID
        if let assignedAgent {
            if assignedAgent.allSatisfy(\.isWhitespace) { problem("assigned_agent", "must not be empty") }
            changed.assign(assignedAgent, by: actor, at: now)
        }
        guard problems.isEmpty else {
            let count = problems.count
            throw JobError(
                .validationError,
                "\(count == 1 ? "One field is" : "\(count) fields are") not valid; nothing was changed.",
                fields: problems
            )
        }
        job = changed
    }
}

extension Job {
    /// Hands the job to an agent, and adds the handing over to the chain.
    mutating func assign(_ agent: String, by actor: Actor, at now: Instant) {
        var link: JSONObject = ["to": .string(agent), "by": .string(actor.id), "at": now.json]
        link["from"] = assignedAgent.map { .string($0) }
        delegationChain.append(.object(link))
        assignedAgent = agent
    }
}

extension Money {
    /// - Throws: `VALIDATION_ERROR` for text that is no amount.
    init(cost text: String, field: String) throws(JobError) {
        guard let money = Money(parsing: text) else {
            throw JobError(
                .validationError,
                "The cost was not recorded.",
                fields: [FieldError(field: field, message: Self.complaint(about: text))]
            )
        }
        self = money
    }

    static func complaint(about text: String) -> String {
        "\"\(text.prefix(40))\" is no amount; write digits, and behind a point at most nine more, such as 12.50"
    }
}
