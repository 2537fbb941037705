package import LockstepDefinitions

/// What a new job is made from (seed 002, section 1).
package struct CreateJobRequest: Sendable {
    package var workflow: CheckedWorkflow
    /// The workflow's name when nil.
    package var name: String?
    package var description: String
    package var inputs: [GivenInput]
    /// Makes a draft from inputs that are incomplete or wrong, instead of refusing them.
    package var allowsIncompleteInputs: Bool
    /// Takes the results of earlier equal steps instead of running them again.
    package var reusesSteps = false
    /// Leaves a job that is ready to the workers of the service.
    package var enqueues = false
    /// Seed 004's fields.
    package var details: JobDetails

    package init(
        workflow: CheckedWorkflow,
        name: String? = nil,
        description: String = "",
        inputs: [GivenInput] = [],
        allowsIncompleteInputs: Bool = false,
        details: JobDetails = JobDetails()
    ) {
        self.workflow = workflow
        self.name = name
        self.description = description
        self.inputs = inputs
        self.allowsIncompleteInputs = allowsIncompleteInputs
        self.details = details
    }
}
