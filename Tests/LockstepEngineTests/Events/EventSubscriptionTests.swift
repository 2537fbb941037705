import LockstepDefinitions
import LockstepJSON
import LockstepModel
import LockstepStore
import LockstepTestSupport
import Testing

@testable import LockstepEngine

@Suite(.timeLimit(.minutes(10)))
struct EventSubscriptionTests {
    private let fixture: EngineFixture

    init() throws { fixture = try EngineFixture() }

    private var service: JobService { fixture.service }

    /// Commits events of a job, numbered on from `first`.
    private func append(
        _ count: Int64,
        from first: Int64 = 1,
        of job: String = "job_1",
        tenant: String = "default",
        in workspace: Workspace? = nil
    ) async throws {
        var change = JobChange(JobID(job))
        change.events = (first..<first + count).map { number in
            Event(
                jobID: JobID(job),
                tenantID: tenant,
                type: number % 2 == 0 ? "job.even" : "job.odd",
                actor: "ann",
                data: ["n": .integer(number)],
                at: Instant(milliseconds: 0)
            )
        }
        let place = workspace ?? fixture.workspace
        try await JobStore(place.database, blobs: place.blobs).apply(change)
    }

    private func sequences(_ count: Int, _ subscription: EventSubscription) async throws -> [Int64] {
        var sequences: [Int64] = []
        for try await event in subscription {
            sequences.append(event.sequence)
            if sequences.count == count { break }
        }
        return sequences
    }

    @Test func `a subscription begins after its sequence, replays, and goes on with what comes`() async throws {
        try await append(250)
        var events = try service.subscribe(after: 240, as: fixture.actor).makeAsyncIterator()
        for expected: Int64 in 241...250 { #expect(try await events.next()?.sequence == expected) }
        try await append(5)
        for expected: Int64 in 251...255 { #expect(try await events.next()?.sequence == expected) }
        let all = try service.subscribe(after: 0, as: fixture.actor)
        #expect(try await sequences(255, all) == (1...255).map { Int64($0) })
        #expect(try await sequences(255, all) == (1...255).map { Int64($0) })
    }

    @Test func `a slow reader holds one page at most, and misses nothing`() async throws {
        try await append(450)
        var events = try service.subscribe(after: 0, as: fixture.actor).makeAsyncIterator()
        for expected: Int64 in 1...900 {
            // More comes while it reads.
            if expected % 90 == 0, expected <= 450 { try await append(90) }
            #expect(try await events.next()?.sequence == expected)
            #expect(events.held < EventSubscription.pageSize)
        }
    }

    @Test func `5,000 events of concurrent writers arrive in the order of the log and of each job`() async throws {
        let other = try Workspace.open(fixture.workspace.project)
        let read = try await withThrowingTaskGroup(of: [Event].self) { group in
            let subscription = try service.subscribe(after: 0, as: fixture.actor)
            group.addTask {
                var read: [Event] = []
                for try await event in subscription {
                    read.append(event)
                    if read.count == 5000 { break }
                }
                return read
            }
            for writer in 0..<5 {
                group.addTask {
                    for batch: Int64 in 0..<50 {
                        try await append(
                            20,
                            from: batch * 20 + 1,
                            of: "job_\(writer)",
                            in: writer % 2 == 0 ? fixture.workspace : other
                        )
                    }
                    return []
                }
            }
            var read: [Event] = []
            for try await part in group { read += part }
            return read
        }
        #expect(read.map(\.sequence) == (1...5000).map { Int64($0) })
        for (job, events) in Dictionary(grouping: read, by: \.jobID) {
            #expect(events.map { $0.data["n"]?.integerValue } == (1...1000).map { Int64($0) }, "\(job)")
        }
    }

    @Test func `a commit of another connection is seen, and one of this process wakes the reader`() async throws {
        let other = try Workspace.open(fixture.workspace.project)
        for workspace in [other, fixture.workspace] {
            let last = try await service.lastEvent()
            let subscription = try service.subscribe(after: last, as: fixture.actor)
            try await withThrowingTaskGroup(of: [Int64].self) { group in
                group.addTask { try await sequences(1, subscription) }
                try await Task.sleep(for: .milliseconds(100))
                try await append(1, in: workspace)
                #expect(try await group.next() == [last + 1])
            }
        }
    }

    @Test func `events are chosen by job and type, and only the system's actors see other tenants`() async throws {
        try await append(4, of: "job_1")
        try await append(4, of: "job_2", tenant: "other")
        try await append(4, of: "job_3")
        func read(_ count: Int, _ filter: EventSubscription.Filter, _ actor: LockstepModel.Actor) async throws
            -> [Int64]
        {
            try await sequences(count, try service.subscribe(filter, after: 0, as: actor))
        }
        let system = Actor(id: "system", kind: .system)
        let eve = Actor(id: "eve", tenantID: "other")
        #expect(try await read(8, .init(), fixture.actor) == [1, 2, 3, 4, 9, 10, 11, 12])
        #expect(try await read(4, .init(), eve) == [5, 6, 7, 8])
        #expect(try await read(12, .init(), system) == (1...12).map { Int64($0) })
        #expect(try await read(2, .init(job: JobID("job_3"), types: ["job.even"]), fixture.actor) == [10, 12])
        #expect(try await read(4, .init(types: ["job.even"]), fixture.actor) == [2, 4, 10, 12])
        #expect(try await read(12, .init(types: ["job.even", "job.odd"]), system).count == 12)
        // Another tenant's job shows nothing; the next event of the own tenant is what comes.
        try await append(1, of: "job_2")
        #expect(try await read(1, .init(job: JobID("job_2")), fixture.actor) == [13])
        let error = #expect(throws: JobError.self) {
            try service.subscribe(after: 0, as: Actor(id: "nobody", scopes: []))
        }
        #expect(error?.code == .permissionDenied)
    }

    @Test func `where jobs are private, a subscriber gets the events of its own`() async throws {
        try fixture.folder.write("tenants:\n  weaving: { private_jobs: true }\n", to: "lockstep.yaml")
        let project = fixture.workspace.project
        let service = try Workspace.open(project, configuration: try ProjectConfiguration(of: project)).service
        let users = ["ada", "ben"].map { Actor(id: $0, tenantID: "weaving", scopes: [.write]) }
        let boss = Actor(id: "boss", tenantID: "weaving", scopes: [.admin])
        for user in users { _ = try await service.createExternalJob(name: "own", as: user) }
        for (user, expected) in [(users[0], [1]), (users[1], [2]), (boss, [1, 2])] as [(LockstepModel.Actor, [Int64])] {
            #expect(try await sequences(expected.count, try service.subscribe(after: 0, as: user)) == expected)
        }
    }

    @Test func `a reader that is cancelled ends without an error`() async throws {
        try await append(3)
        let subscription = try service.subscribe(after: 0, as: fixture.actor)
        let read = try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask {
                var count = 0
                for try await _ in subscription { count += 1 }
                return count
            }
            try await Task.sleep(for: .milliseconds(100))
            group.cancelAll()
            return try await group.next()
        }
        #expect((0...3).contains(try #require(read)))
    }
}
