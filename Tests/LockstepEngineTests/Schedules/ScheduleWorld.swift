import LockstepDefinitions
import LockstepEngine
import LockstepJSON
import LockstepModel
import LockstepStore
import LockstepTestSupport
import Synchronization

/// A project with one workflow, opened at half past nine on 1 March 2026.
struct ScheduleWorld {
    let folder: TemporaryFolder
    let clock: MovedClock
    let workspace: Workspace
    let scheduler: Scheduler
    let actor = Actor(id: "ann")

    /// A clock that is set by hand.
    final class MovedClock: Sendable {
        private let time: Mutex<Instant>

        init(_ start: Instant) { time = Mutex(start) }

        var now: Instant { time.withLock { $0 } }

        func set(_ instant: Instant) { time.withLock { $0 = instant } }
    }

    /// The same tables, to make of a schedule what the commands refuse.
    var store: ScheduleStore { get throws { ScheduleStore(JobStore(workspace.database, blobs: try blobs)) } }

    private var blobs: BlobStore { get throws { try BlobStore(root: workspace.project.stateFolder + "/assets") } }

    static let workflow = """
        workflow_id: greet
        name: Greet
        version: 1.0.0
        input_variables:
          - { variable_id: word, default: hello, schema: { type: string, enum: [hello, goodbye] } }
          - { variable_id: doc, schema: { type: file } }
        steps:
          - { step_id: first, tool: upper, parameter_mappings: { text: word }, output_mappings: { result: loud } }
        outputs: [loud]
        """

    /// - Parameter schedules: The `schedules:` of the workflow's file.
    init(schedules: String = "", start: Instant? = nil) throws {
        folder = try TemporaryFolder(inMemory: true)
        try folder.write(EngineFixture.upper, to: "tools-registry/upper.yaml")
        try folder.write(Self.workflow + "\n" + schedules, to: "workflows/greet.yaml")
        let clock = MovedClock(try start ?? Self.at("09:30:00"))
        self.clock = clock
        let project = try Project.discover(from: folder.path, explicit: nil, environment: [:])
        workspace = try Workspace.open(project, now: { clock.now })
        scheduler = Scheduler(workspace)
    }

    var service: JobService { workspace.service }

    /// Another opening of the same project.
    func open() throws -> Workspace {
        let clock = clock
        return try Workspace.open(workspace.project, now: { clock.now })
    }

    static func at(day: Int = 1, _ text: String) throws -> Instant {
        guard let instant = Instant(parsing: "2026-03-0\(day)T\(text)Z") else { throw BadTime(text: text) }
        return instant
    }

    struct BadTime: Error { let text: String }

    func move(_ text: String) {
        if let instant = try? Self.at(text) { clock.set(instant) }
    }

    func add(_ id: String, _ rules: JSONObject, replaces: Bool = false) async throws {
        var definition = rules
        definition["schedule_id"] = .string(id)
        let workflow = try workspace.catalog.workflow(WorkflowID("greet"))
        _ = try await service.addSchedule(.object(definition), of: workflow, replaces: replaces, as: actor)
    }

    func tick(day: Int = 1, _ text: String) async throws -> ScheduleTick {
        try await tick(at: try Self.at(day: day, text))
    }

    func tick(at instant: Instant) async throws -> ScheduleTick {
        clock.set(instant)
        return try await scheduler.tick(at: instant)
    }

    /// Oldest first.
    func ledger(_ id: String) async throws -> [LedgerEntry] {
        try await service.scheduleHistory(of: ScheduleID(id), limit: 1000, as: actor).reversed()
    }

    /// Hour and outcome, such as `10 fired`, oldest first.
    func outcomes(_ id: String) async throws -> [String] {
        try await ledger(id).map { "\($0.nominal.description.dropFirst(11).prefix(2)) \($0.outcome.rawValue)" }
    }

    func jobCount() async throws -> Int {
        try await service.listJobs(JobFilter(limit: 500), as: actor).jobs.count
    }

    func isSound() async throws -> Bool {
        try await EventLog(workspace.database).verify().isSound
    }
}

/// What a scheduler has told, for a test.
final class NewsList: Sendable {
    private let list = Mutex<[String]>([])

    var words: [String] { list.withLock { $0 } }

    func add(_ words: String) { list.withLock { $0.append(words) } }
}
