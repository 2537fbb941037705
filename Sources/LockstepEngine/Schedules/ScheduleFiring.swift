internal import LockstepDefinitions
internal import LockstepExecution
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

/// Makes the jobs and batches of occurrences, each workflow read once.
struct ScheduleFiring {
    private let service: JobService
    private let catalog: Catalog
    private var workflows: [WorkflowID: Result<Found, JobError>] = [:]
    /// Definitions that no transaction has kept yet.
    private(set) var definitions: [StoredDefinition] = []

    private struct Found {
        let checked: CheckedWorkflow
        let set: DefinitionSet
    }

    /// What fires.
    enum Made {
        case job(JobCreation)
        case batch(PreparedBatch)
        /// There is nothing to be done, with the reason.
        case nothing(String)
    }

    init(_ service: JobService, _ catalog: Catalog) {
        self.service = service
        self.catalog = catalog
    }

    /// The job or batch of one occurrence; nothing is visible of it before the ledger's transaction.
    ///
    /// - Throws: What keeps it from being made; see ``JobError/isFinal``.
    mutating func make(
        _ schedule: Schedule,
        of stored: StoredSchedule,
        at nominal: Instant,
        as actor: Actor,
        owner: String
    ) async throws(JobError) -> Made {
        let found = try workflow(schedule.workflowID)
        switch schedule.work {
        case .job(let inputs):
            var request = CreateJobRequest(workflow: found.checked, inputs: given(inputs))
            request.enqueues = true
            request.details.scheduleID = schedule.id.rawValue
            request.details.tenantID = stored.tenantID
            var creation = try service.creation(of: request, found.set, as: actor)
            creation.job.userID = owner
            for index in creation.assets.indices { creation.assets[index].userID = owner }
            if var data = creation.events.first?.data.objectValue {
                data["schedule_id"] = .string(schedule.id.rawValue)
                data["nominal_at"] = nominal.json
                data["scheduled_by"] = .string(stored.createdBy)
                creation.events[0].data = .object(data)
            }
            return .job(creation)
        case .batch(let batch):
            let root = service.context.project.root
            let pattern = BatchSource.pattern(batch.glob, in: root)
            var request = BatchRequest(
                workflow: found.checked,
                source: .glob(pattern, variable: batch.variable),
                folder: root,
                maxParallel: batch.maxParallel
            )
            request.sharedInputs = given(batch.inputs)
            request.skipsInvalid = batch.skipsInvalid
            request.scheduleID = schedule.id.rawValue
            let user = Actor(id: owner, tenantID: stored.tenantID, kind: .system)
            do throws(JobError) {
                return .batch(try await service.prepareBatch(request, as: user))
            } catch {
                // An inbox with nothing in it is no mistake.
                guard error.code == .validationError, (try? FileGlob(pattern).paths())?.isEmpty ?? false else {
                    throw error
                }
                return .nothing("no file matches \(batch.glob)")
            }
        }
    }

    /// Hands out the definitions that the next transaction must keep.
    mutating func takeDefinitions() -> [StoredDefinition] {
        defer { definitions = [] }
        return definitions
    }

    private func given(_ inputs: JSONObject) -> [GivenInput] {
        inputs.map { GivenInput(name: $0.name, value: .json($0.value), folder: service.context.project.root) }
    }

    private mutating func workflow(_ id: WorkflowID) throws(JobError) -> Found {
        if let known = workflows[id] { return try known.get() }
        let result = Result { () throws(JobError) in
            do throws(DefinitionError) {
                let checked = try catalog.workflow(id)
                let (set, stored) = DefinitionSet.made(from: checked, at: service.context.now())
                definitions += stored
                return Found(checked: checked, set: set)
            } catch {
                let findings = error.findings.filter(\.isError).prefix(3)
                    .compactMap { $0.rendered.split(separator: "\n").first.map { String($0) } }
                throw JobError(error.code, ([error.message] + findings).joined(separator: ": "))
            }
        }
        workflows[id] = result
        return try result.get()
    }
}

extension JobError {
    /// Whether trying again would end the same way: the definitions or the inputs are wrong, not the machine.
    var isFinal: Bool {
        switch code {
        case .workflowNotFound, .workflowInvalid, .toolNotFound, .validationError, .permissionDenied, .scheduleError,
            .usage:
            true
        default: false
        }
    }

    /// The message and what is wrong with the first few fields, on one line.
    var inOneLine: String {
        let shown = fields.prefix(Self.shownFields).map { "\($0.field): \($0.message)" }
        let more = fields.count - shown.count
        return ([message] + shown + (more > 0 ? ["and \(more) more"] : [])).joined(separator: " ")
    }

    /// A table of many rows may have thousands of mistakes; the reason stands in a row of the ledger for ever.
    private static let shownFields = 3
}
