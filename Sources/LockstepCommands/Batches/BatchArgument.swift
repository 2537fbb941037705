internal import ArgumentParser
internal import LockstepEngine
internal import LockstepModel

/// The batch that a command is about.
struct BatchArgument: ParsableArguments {
    @Argument(help: "The batch: its id, a unique part of the id's end (4 characters or more), or `last`.")
    var batch: String

    func found(in open: OpenProject) async throws(JobError) -> Batch {
        try await open.service.findBatch(batch, as: open.actor)
    }
}
