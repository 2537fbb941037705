internal import ArgumentParser
internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel

/// Who is to do a job, what it may cost and take, and what it belongs to.
struct JobDetailOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The agent that is to do the work.", valueName: "name"))
    var agent: String?

    @Option(help: ArgumentHelp("What it will probably cost, such as 12.50.", valueName: "amount"))
    var estimatedCost: String?

    @Option(help: ArgumentHelp("No step starts that would make it cost more than this.", valueName: "amount"))
    var maxCost: String?

    @Option(help: ArgumentHelp("How long a run may take, in seconds.", valueName: "seconds"))
    var timeout: Int?

    @Option(help: ArgumentHelp("The plan that it is a part of.", valueName: "id"))
    var plan: String?

    @Option(help: ArgumentHelp("Its place in the plan, from 0; it waits for all before it.", valueName: "number"))
    var planStep: Int?

    @Option(help: ArgumentHelp("The batch that it is a part of.", valueName: "id"))
    var batch: String?

    @Option(help: ArgumentHelp("The schedule that it comes from.", valueName: "id"))
    var schedule: String?

    @Option(help: ArgumentHelp("The record that it is about.", valueName: "id"))
    var contextRecord: String?

    @Option(
        help: ArgumentHelp(
            "A JSON object for whoever does the work, or @FILE; comes back at a retry.",
            valueName: "json"
        )
    )
    var executionContext: String?

    /// - Throws: `VALIDATION_ERROR` for a context that is no JSON object.
    func details() throws(CommandFailure) -> JobDetails {
        var details = JobDetails()
        details.assignedAgent = agent
        details.estimatedCost = estimatedCost
        details.maxCost = maxCost
        details.timeoutSeconds = timeout
        details.planID = plan
        details.planStepIndex = planStep
        details.batchID = batch
        details.scheduleID = schedule
        details.contextRecordID = contextRecord
        if let executionContext {
            details.executionContext = try ContentArgument.object(executionContext, "execution_context")
        }
        return details
    }
}
