internal import ArgumentParser
internal import LockstepEngine
internal import LockstepModel

/// What the commands are told that go on with a batch.
struct BatchDriveOptions: ParsableArguments {
    @OptionGroup var target: BatchArgument

    @Flag(name: .customLong("detach"), help: "Start and return at once.")
    var detaches = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    /// Drives the batch in this process, or lets another one do it.
    ///
    /// - Parameter prepare: Makes it ready.
    func drive(_ prepare: (Batch, OpenProject) async throws -> Batch = { batch, _ in batch }) async throws {
        let open = try project.open()
        let batch = try await prepare(try await target.found(in: open), open)
        let session = BatchSession(open: open, project: project, isJSON: output.isJSON)
        if detaches { return try await session.detach(batch) }
        try await session.drive(batch)
    }
}
