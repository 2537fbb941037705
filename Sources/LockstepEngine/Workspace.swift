internal import Glibc
package import LockstepDefinitions
internal import LockstepExecution
package import LockstepModel
package import LockstepStore

/// Everything of one project, opened: its definitions, its database, its assets, and who works on them.
package struct Workspace: Sendable {
    package let project: Project
    package let catalog: Catalog
    package let database: StateDatabase
    package let blobs: BlobStore
    package let service: JobService
    package let runner: JobRunner

    /// Opens a project's state folder, and makes it when it is not there.
    ///
    /// - Throws: `STORAGE_ERROR` or `STORAGE_FULL` when the folder or the database cannot be used.
    package static func open(
        _ project: Project,
        executor: (any StepExecutor)? = nil,
        configuration: ProjectConfiguration = ProjectConfiguration(),
        now: @escaping @Sendable () -> Instant = { Instant.now() }
    ) throws(JobError) -> Workspace {
        do throws(StoreError) {
            try makeFolder(project.stateFolder)
            try makeFolder(project.stateFolder + "/attempts")
            let database = try StateDatabase(path: project.stateFolder + "/lockstep.sqlite")
            let ballast = Ballast(folder: project.stateFolder)
            let blobs = try BlobStore(root: project.stateFolder + "/assets")
            let mediaTypes = LazyMediaTypes()
            let catalog = Catalog(project)
            let context = EngineContext(
                project: project,
                store: JobStore(database, blobs: blobs),
                blobs: blobs,
                mediaTypes: mediaTypes,
                ballast: ballast,
                privateTenants: configuration.privateTenants,
                identifiers: IdentifierSource(now: now),
                now: now
            )
            return Workspace(
                project: project,
                catalog: catalog,
                database: database,
                blobs: blobs,
                service: JobService(context, executor: executor),
                runner: JobRunner(context, executor: executor)
            )
        } catch {
            throw JobError(error)
        }
    }

    private static func makeFolder(_ path: String) throws(StoreError) {
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw StoreError(making: path) }
    }
}

/// What the engine's parts share.
struct EngineContext: Sendable {
    let project: Project
    let store: JobStore
    let blobs: BlobStore
    let mediaTypes: LazyMediaTypes
    let ballast: Ballast
    /// Tenants whose users see only jobs that they made or are assigned to.
    let privateTenants: Set<String>
    let identifiers: IdentifierSource
    let now: @Sendable () -> Instant
    /// Passes instead of the real time where nothing is to be waited for: in a test of a workflow.
    var simulatedTime: SimulatedTime?

    /// Whose jobs alone an actor sees in a tenant; nil when it sees all of them.
    func ownerOnly(_ actor: Actor, in tenant: String) -> String? {
        guard privateTenants.contains(tenant), actor.kind != .system, !actor.may(.admin) else { return nil }
        return actor.id
    }
}

extension JobError {
    /// A storage error as the answer to an operation.
    init(_ error: StoreError) {
        self.init(error.code, error.message)
    }

    /// The runner's own trouble as the answer to an operation.
    init(_ error: ExecutionError) {
        self.init(error.code, error.message)
    }

    /// A definition's trouble as the answer to an operation.
    package init(_ error: DefinitionError) {
        self.init(error.code, error.message)
    }
}
