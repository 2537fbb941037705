internal import LockstepDefinitions
package import LockstepExecution
package import LockstepModel
internal import LockstepStore

/// Sends each webhook the events that it wants: in order, one at a time, again until each was answered with 2xx.
///
/// Where a webhook has got to stands in the database and moves only after the answer, so that a deliverer may be killed at
/// any point: the event that was under way is sent again, under the same `Lockstep-Delivery`. Any number of deliverers may
/// work on one project; a claim in the webhook's row keeps two of them from sending to one webhook at the same time.
package struct WebhookDeliverer: Sendable {
    /// Is told of every try that has ended, on any thread.
    package typealias Observer = @Sendable (Webhook, Event, WebhookDelivery) -> Void

    private let context: EngineContext
    private let policy: RetryPolicy
    private let limits: WebhookLimits
    private let jitter: @Sendable () -> Double
    private let onTry: Observer

    /// - Parameter jitter: Gives numbers from 0 up to 1.
    package init(
        _ workspace: Workspace,
        policy: RetryPolicy = RetryPolicy(),
        limits: WebhookLimits = WebhookLimits(),
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        onTry: @escaping Observer = { _, _, _ in }
    ) {
        context = workspace.service.context
        self.policy = policy
        self.limits = limits
        self.jitter = jitter
        self.onTry = onTry
    }

    private var store: WebhookStore { WebhookStore(context.store) }

    /// Sends everything that is due now, and ends.
    ///
    /// - Parameters:
    ///   - last: Only events up to this sequence number; nil for those that are there when it begins.
    ///   - actor: Webhooks of its tenant are served; those of all tenants for a system actor.
    /// - Throws: `PERMISSION_DENIED`, `STORAGE_ERROR`. A receiver that fails is no error but counted.
    package func deliverDue(until last: Int64? = nil, as actor: Actor) async throws(JobError) -> WebhookReport {
        try actor.require(.deliverWebhooks)
        let ids: [WebhookID]
        let through: Int64
        do {
            through = if let last { last } else { try await EventLog(context.store).lastSequence() }
            ids = try await due(for: actor, through: through)
        } catch {
            throw JobError(error)
        }
        let sender = WebhookSender(limits: limits)
        let results = await withTaskGroup(of: Result<WebhookReport, StoreError>.self) { group in
            var waiting = ids[...]
            var results: [Result<WebhookReport, StoreError>] = []
            for id in waiting.prefix(limits.concurrency) {
                group.addTask { await deliverAll(to: id, through: through, sender, StopSignal()) }
            }
            waiting = waiting.dropFirst(limits.concurrency)
            for await result in group {
                results.append(result)
                guard let id = waiting.popFirst() else { continue }
                group.addTask { await deliverAll(to: id, through: through, sender, StopSignal()) }
            }
            return results
        }
        await sender.close()
        do throws(StoreError) {
            var report = WebhookReport()
            for result in results { report = report + (try result.get()) }
            return report
        } catch {
            throw JobError(error)
        }
    }

    private enum Turn: Sendable {
        case look
        case ended(WebhookID, StoreError?)
    }

    /// Goes on sending what becomes due, until it is stopped or its task is cancelled.
    ///
    /// One slow receiver holds up nobody else, while fewer than ``WebhookLimits/concurrency`` are slow. Stopped, it waits for
    /// the answers that are outstanding.
    package func follow(stop: StopSignal, as actor: Actor) async throws(JobError) {
        try actor.require(.deliverWebhooks)
        let sender = WebhookSender(limits: limits)
        let commits = EventLog(context.store).commits
        let failure = await withTaskGroup(of: Turn.self) { group in
            var busy: Set<WebhookID> = []
            var failure: StoreError?
            group.addTask { .look }
            for await turn in group {
                switch turn {
                case .ended(let id, let error):
                    busy.remove(id)
                    failure = failure ?? error
                case .look where stop.request == .none && failure == nil && !Task.isCancelled:
                    let rings = commits.count
                    do throws(StoreError) {
                        for id in try await due(for: actor, through: .max) where busy.count < limits.concurrency {
                            guard busy.insert(id).inserted else { continue }
                            group.addTask {
                                switch await deliverAll(to: id, through: .max, sender, stop) {
                                case .success: .ended(id, nil)
                                case .failure(let error): .ended(id, error)
                                }
                            }
                        }
                    } catch {
                        failure = failure ?? error
                    }
                    group.addTask {
                        await commits.wait(after: rings, atMost: EventSubscription.longestPause)
                        return .look
                    }
                case .look: break
                }
            }
            return failure
        }
        await sender.close()
        if let failure, !Task.isCancelled { throw JobError(failure) }
    }

    private func due(for actor: Actor, through last: Int64) async throws(StoreError) -> [WebhookID] {
        try await store.due(
            tenant: actor.kind == .system ? nil : actor.tenantID,
            at: context.now(),
            through: last,
            longest: longest
        )
    }

    /// The furthest that any of its own times lies in the future.
    private var longest: Int64 { max(policy.longest, limits.claim) }

    /// Sends to one webhook until nothing is due, a try fails, or somebody else is at it.
    private func deliverAll(
        to id: WebhookID,
        through last: Int64,
        _ sender: WebhookSender,
        _ stop: StopSignal
    ) async -> Result<WebhookReport, StoreError> {
        var report = WebhookReport()
        do throws(StoreError) {
            while stop.request == .none, !Task.isCancelled {
                let now = context.now()
                let token: WebhookID = context.identifiers.next()
                let claim = try await store.claim(
                    id,
                    at: now,
                    until: Instant(milliseconds: now.milliseconds + limits.claim),
                    token: token.rawValue,
                    through: last,
                    longest: longest
                )
                guard let claim else { break }
                let (delivery, progress) = await deliver(claim, sender, at: now)
                let isOurs = try await store.settle(claim, delivery, progress)
                onTry(claim.webhook, claim.event, delivery)
                switch progress {
                case .delivered: report.delivered += 1
                case .failed: report.failed += 1
                case .suspended:
                    report.failed += 1
                    report.suspended.append(id)
                }
                guard isOurs, progress == .delivered else { break }
            }
            return .success(report)
        } catch {
            return .failure(error)
        }
    }

    /// One try, and what follows from it.
    private func deliver(
        _ claim: WebhookClaim,
        _ sender: WebhookSender,
        at now: Instant
    ) async -> (WebhookDelivery, WebhookProgress) {
        let start = ContinuousClock.now
        let answer: WebhookSender.Answer
        do throws(StoreError) {
            let secret = try WebhookSecrets(stateFolder: context.project.stateFolder).secret(of: claim.webhook.id)
            answer = await sender.send(claim.event, to: claim.webhook, signedWith: secret, at: now)
        } catch {
            answer = WebhookSender.Answer(error: error.message)
        }
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        let delivery = WebhookDelivery(
            webhookID: claim.webhook.id,
            sequence: claim.event.sequence,
            tryNumber: claim.tryNumber,
            at: now,
            httpStatus: answer.status,
            error: answer.error,
            milliseconds: seconds * 1000 + attoseconds / 1_000_000_000_000_000
        )
        guard let error = answer.error else { return (delivery, .delivered) }
        let failures = claim.webhook.failureCount + 1
        let end = context.now()
        guard failures < policy.failureLimit else {
            let reason = "\(failures) tries in a row failed; the last one: \(error)"
            return (delivery, .suspended(Webhook.Suspension(at: end, reason: reason)))
        }
        let delay = policy.delay(after: failures, jitter: jitter())
        return (delivery, .failed(again: Instant(milliseconds: end.milliseconds + delay)))
    }
}
