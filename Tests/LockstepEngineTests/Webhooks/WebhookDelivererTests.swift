import Foundation
import LockstepEngine
import LockstepExecution
import LockstepJSON
import LockstepModel
import LockstepStore
import LockstepTestSupport
import Testing

/// Events on their way to a real HTTP server.
@Suite(.timeLimit(.minutes(10)))
struct WebhookDelivererTests {
    private let clock = TestClock()
    private let fixture: EngineFixture

    init() throws {
        fixture = try EngineFixture(now: { [clock] in clock.now })
    }

    private var service: JobService { fixture.service }

    /// Far beyond what a loaded machine needs.
    private static var patient: WebhookLimits {
        var limits = WebhookLimits()
        limits.connect = .seconds(60)
        limits.response = .seconds(100)
        limits.claim = 200_000
        return limits
    }

    /// Without jitter, so that a wait is exactly what the policy says.
    private func deliverer(
        policy: RetryPolicy = RetryPolicy(),
        limits: WebhookLimits = Self.patient
    ) -> WebhookDeliverer {
        WebhookDeliverer(fixture.workspace, policy: policy, limits: limits, jitter: { 1 })
    }

    private func deliver() async throws -> WebhookReport { try await deliverer().deliverDue(as: fixture.actor) }

    /// Three events of one job.
    private func runJob(as actor: LockstepModel.Actor? = nil) async throws {
        let actor = actor ?? fixture.actor
        let job = try await service.createExternalJob(name: "work", as: actor)
        _ = try await service.startJob(job.id, as: actor)
        _ = try await service.completeJob(job.id, as: actor)
    }

    private func add(_ receiver: WebhookReceiver, types: [String] = [], after: Int64? = 0) async throws -> WebhookID {
        let new = try await service.addWebhook(receiver.url, types: types, after: after, as: fixture.actor)
        try receiver.expect(secret: try #require(new.madeSecret).revealed)
        return new.webhook.id
    }

    private func events() async throws -> [Event] {
        try await service.listEvents(EventFilter(limit: 500), as: fixture.actor)
    }

    @Test func `each event is posted once, in order, signed, as the log shows it`() async throws {
        let receiver = try await WebhookReceiver(.noContent, .ok)
        for _ in 0..<3 { try await runJob() }
        let id = try await add(receiver)
        #expect(try await deliver().delivered == 9)
        #expect(try await deliver() == WebhookReport())
        let requests = receiver.requests()
        let events = try await events()
        #expect(requests.map(\.json) == events.map(\.json))
        #expect(requests.allSatisfy { $0.isSignatureRight && !$0.overlaps && $0.path == "/hook" })
        for (request, event) in zip(requests, events) {
            #expect(request.sequence == event.sequence)
            #expect(request.headers["lockstep-event"] == event.type)
            #expect(request.headers["lockstep-delivery"] == "\(id).\(event.sequence)")
            #expect(request.headers["lockstep-timestamp"] == "1700000000")
            #expect(request.headers["content-type"] == "application/json")
        }
        #expect(try await service.listWebhooks(as: fixture.actor).first?.deliveredSequence == 9)
        let log = try await service.listDeliveries(of: id, as: fixture.actor)
        #expect(log.map(\.sequence) == (1...9).reversed())
        #expect(log.last?.httpStatus == 204 && log.allSatisfy { $0.error == nil && $0.milliseconds != nil })
    }

    @Test func `only events of the webhook's tenant and types are sent, from where it begins`() async throws {
        let receiver = try await WebhookReceiver()
        try await runJob()
        _ = try await add(receiver, types: ["job.created", "job.succeeded"], after: nil)
        try await runJob(as: Actor(id: "eve", tenantID: "other"))
        try await runJob()
        #expect(try await deliver().delivered == 2)
        #expect(receiver.requests().map { $0.headers["lockstep-event"] } == ["job.created", "job.succeeded"])
        #expect(receiver.requests().allSatisfy { $0.json?["tenant_id"] == "default" })
    }

    @Test func `an event that was not taken comes again, in its place and after growing waits`() async throws {
        let receiver = try await WebhookReceiver(.broken, .close, .refused, .ok)
        try await runJob()
        let id = try await add(receiver)
        for wait: Int64 in [1000, 2000, 4000] {
            #expect(try await deliver().failed == 1)
            clock.move(by: wait - 1)
            #expect(try await deliver() == WebhookReport())
            clock.move(by: 1)
        }
        #expect(try await deliver().delivered == 3)
        #expect(receiver.requests().map(\.sequence) == [1, 1, 1, 1, 2, 3])
        #expect(Set(receiver.requests().prefix(4).map { $0.headers["lockstep-delivery"] }).count == 1)
        #expect(receiver.requests().allSatisfy { $0.isSignatureRight })
        let log = try await service.listDeliveries(of: id, as: fixture.actor).filter { $0.sequence == 1 }.reversed()
        #expect(log.map(\.tryNumber) == [1, 2, 3, 4])
        #expect(log.map(\.httpStatus) == [500, nil, 400, 200])
        #expect(log.map { $0.error == nil } == [false, false, false, true])
        #expect(try await service.listWebhooks(as: fixture.actor).first?.failureCount == 0)
    }

    @Test func `a redirect is a failure and is not followed`() async throws {
        let receiver = try await WebhookReceiver(.redirect)
        try await runJob()
        let id = try await add(receiver)
        #expect(try await deliver().failed == 1)
        #expect(receiver.requests().map(\.path) == ["/hook"])
        let error = try await service.listDeliveries(of: id, as: fixture.actor).first?.error
        #expect(error == "HTTP 301: redirects are not followed")
    }

    @Test func `a receiver that never answers is given up, and one that is gone is a failure`() async throws {
        let receiver = try await WebhookReceiver(.wait)
        try await runJob()
        let id = try await add(receiver)
        var limits = Self.patient
        limits.response = .milliseconds(300)
        #expect(try await deliverer(limits: limits).deliverDue(as: fixture.actor).failed == 1)
        await receiver.stop()
        clock.move(by: 1000)
        #expect(try await deliver().failed == 1)
        let errors = try await service.listDeliveries(of: id, as: fixture.actor).map { $0.error ?? "" }
        #expect(errors.last?.hasPrefix("no answer within") == true, "\(errors)")
        #expect(errors.first?.contains("refused") == true, "\(errors)")
    }

    @Test(arguments: [WebhookReceiver.Behaviour.endless, .drip])
    func `of an answer's body little is read, and for a short time`(behaviour: WebhookReceiver.Behaviour) async throws {
        let receiver = try await WebhookReceiver(behaviour)
        try await runJob()
        _ = try await add(receiver)
        var limits = Self.patient
        limits.body = .milliseconds(200)
        #expect(try await deliverer(limits: limits).deliverDue(as: fixture.actor).delivered == 3)
        #expect(receiver.requests().map(\.sequence) == [1, 2, 3])
    }

    @Test func `a webhook that fails too often is suspended, loses nothing, and goes on when it is resumed`()
        async throws
    {
        let receiver = try await WebhookReceiver(.broken)
        try await runJob()
        let id = try await add(receiver)
        var policy = RetryPolicy()
        policy.failureLimit = 3
        let deliverer = deliverer(policy: policy)
        for number in 1...3 {
            let report = try await deliverer.deliverDue(as: fixture.actor)
            #expect(report.failed == 1 && report.suspended == (number == 3 ? [id] : []))
            clock.move(by: 300_000)
        }
        try await runJob()
        clock.move(by: 86_400_000)
        #expect(try await deliverer.deliverDue(as: fixture.actor) == WebhookReport())
        let webhook = try #require(try await service.listWebhooks(as: fixture.actor).first)
        #expect(webhook.suspension?.reason == "3 tries in a row failed; the last one: HTTP 500")
        #expect(webhook.deliveredSequence == 0)
        try receiver.plan(.ok)
        _ = try await service.resumeWebhook(id, as: fixture.actor)
        #expect(try await deliverer.deliverDue(as: fixture.actor).delivered == 6)
        #expect(receiver.requests().map(\.sequence) == [1, 1, 1, 1, 2, 3, 4, 5, 6])
    }

    @Test func `two deliverers at once send nothing twice, and nothing at the same time`() async throws {
        let receiver = try await WebhookReceiver(.slow)
        for _ in 0..<10 { try await runJob() }
        _ = try await add(receiver)
        let other = try Workspace.open(fixture.workspace.project, now: { [clock] in clock.now })
        try await withThrowingTaskGroup(of: Void.self) { group in
            for workspace in [fixture.workspace, other, fixture.workspace, other] {
                group.addTask { [actor = fixture.actor] in
                    while try await workspace.service.listWebhooks(as: actor).first?.deliveredSequence != 30 {
                        _ = try await WebhookDeliverer(workspace, limits: Self.patient).deliverDue(as: actor)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(receiver.requests().map(\.sequence) == (1...30).map { Int64($0) })
        #expect(receiver.requests().allSatisfy { !$0.overlaps })
    }

    @Test func `following sends what comes, and a receiver that hangs holds up no other`() async throws {
        let hanging = try await WebhookReceiver(.wait)
        let quick = try await WebhookReceiver()
        _ = try await service.addWebhook(hanging.url, as: fixture.actor)
        _ = try await add(quick, after: nil)
        let stop = StopSignal()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [deliverer = deliverer(), actor = fixture.actor] in
                try await deliverer.follow(stop: stop, as: actor)
            }
            try await runJob()
            #expect(await eventually { quick.requests().count == 3 && hanging.requests().count == 1 })
            try await runJob()
            #expect(await eventually { quick.requests().count == 6 })
            stop.stop()
            try hanging.release()
            try await group.waitForAll()
        }
        // Stopped, it waits for the answer that is outstanding, and begins nothing new.
        #expect(hanging.requests().map(\.sequence) == [1])
        let positions = try await service.listWebhooks(as: fixture.actor).map(\.deliveredSequence)
        #expect(positions == [1, 6])
    }

    @Test func `a secret that is gone is a failure that says so`() async throws {
        let receiver = try await WebhookReceiver()
        try await runJob()
        let new = try await service.addWebhook(receiver.url, after: 0, as: fixture.actor)
        try FileManager.default.removeItem(atPath: new.secretPath)
        #expect(try await deliver().failed == 1)
        let log = try await service.listDeliveries(of: new.webhook.id, as: fixture.actor)
        #expect(log.first?.error?.contains("secret") == true)
        #expect(receiver.requests().isEmpty)
    }
}
