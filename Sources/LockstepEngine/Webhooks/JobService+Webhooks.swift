internal import LockstepDefinitions
package import LockstepModel
package import LockstepStore

/// A webhook that was just added.
package struct NewWebhook: Sendable {
    package var webhook: Webhook
    /// The secret that was made for it, to be shown once; nil when it was given.
    package var madeSecret: WebhookSecret?
    /// Absolute path of the file that keeps the secret.
    package var secretPath: String
}

extension JobService {
    private var webhooks: WebhookStore { WebhookStore(context.store) }
    private var secrets: WebhookSecrets { WebhookSecrets(stateFolder: context.project.stateFolder) }

    /// Adds a place that the events of the actor's tenant are sent to.
    ///
    /// - Parameters:
    ///   - types: `job.failed`, `step.finished`, …; all types when it is empty.
    ///   - sequence: It begins with the events after this one; nil for those after its creation.
    ///   - secret: What its messages are signed with; a new one is made when it is nil.
    /// - Throws: `VALIDATION_ERROR` for a wrong URL, type or sequence number.
    package func addWebhook(
        _ url: String,
        types: [String] = [],
        after sequence: Int64? = nil,
        secret: WebhookSecret? = nil,
        as actor: Actor
    ) async throws(JobError) -> NewWebhook {
        try actor.require(.addWebhook)
        try WebhookURL.check(url)
        try Self.check(types)
        if let sequence {
            let last = try await lastEvent()
            guard (0...last).contains(sequence) else {
                throw JobError(
                    .validationError,
                    "There is no event \(sequence) yet: the newest is \(last). Leave it out to begin with what comes next."
                )
            }
        }
        let now = context.now()
        let webhook = Webhook(
            id: context.identifiers.next(),
            tenantID: actor.tenantID,
            url: url,
            eventTypes: types.enumerated().filter { !types[..<$0.offset].contains($0.element) }.map(\.element),
            createdAt: now,
            createdBy: actor.id,
            deliveredSequence: 0,
            nextTryAt: now
        )
        // First the secret: a webhook without one could deliver nothing, a secret without webhook harms nobody.
        let made = secret == nil ? WebhookSecret() : nil
        let kept = try await stored { () async throws(StoreError) in
            if let secret = secret ?? made { try secrets.keep(secret, of: webhook.id) }
            do throws(StoreError) {
                return try await webhooks.insert(webhook, after: sequence)
            } catch {
                secrets.remove(of: webhook.id)
                throw error
            }
        }
        return NewWebhook(webhook: kept, madeSecret: made, secretPath: secrets.path(of: webhook.id))
    }

    /// The webhooks of the actor's tenant, in the order they were added.
    package func listWebhooks(as actor: Actor) async throws(JobError) -> [Webhook] {
        try actor.require(.listWebhooks)
        return try await stored { () async throws(StoreError) in try await webhooks.webhooks(tenant: actor.tenantID) }
    }

    /// Finds a webhook by its whole id or a unique end of it.
    ///
    /// - Throws: `WEBHOOK_NOT_FOUND`, also when several are meant.
    package func findWebhook(_ text: String, as actor: Actor) async throws(JobError) -> Webhook {
        let all = try await listWebhooks(as: actor)
        let found = all.filter { $0.id.rawValue == text || text.count >= 4 && $0.id.rawValue.hasSuffix(text) }
        guard found.count <= 1 else {
            throw JobError(.webhookNotFound, "\"\(text)\" fits several webhooks; give more of the id.")
        }
        guard let webhook = found.first else { throw Self.noWebhook(text) }
        return webhook
    }

    /// Removes a webhook with its log and its secret; what it has not delivered is not sent any more.
    package func removeWebhook(_ id: WebhookID, as actor: Actor) async throws(JobError) {
        _ = try await webhook(id, for: .removeWebhook, as: actor)
        try await stored { () async throws(StoreError) in try await webhooks.remove(id) }
        secrets.remove(of: id)
    }

    /// Lets a webhook go on with the event that it stopped at, at once: a suspended one, or one that waits after a failure.
    package func resumeWebhook(_ id: WebhookID, as actor: Actor) async throws(JobError) -> Webhook {
        _ = try await webhook(id, for: .resumeWebhook, as: actor)
        let now = context.now()
        let resumed = try await stored { () async throws(StoreError) in try await webhooks.resume(id, at: now) }
        guard let resumed else { throw Self.noWebhook(id.rawValue) }
        return resumed
    }

    /// What was tried for a webhook, newest first.
    ///
    /// - Parameter limit: 1 to 500.
    package func listDeliveries(
        of id: WebhookID,
        limit: Int = 50,
        as actor: Actor
    ) async throws(JobError) -> [WebhookDelivery] {
        _ = try await webhook(id, for: .listDeliveries, as: actor)
        guard (1...500).contains(limit) else {
            throw JobError(.usage, "A page holds 1 to 500 deliveries; \(limit) were asked for.")
        }
        return try await stored { () async throws(StoreError) in try await webhooks.deliveries(of: id, limit: limit) }
    }

    private func webhook(
        _ id: WebhookID,
        for operation: JobOperation,
        as actor: Actor
    ) async throws(JobError) -> Webhook {
        try actor.require(operation)
        let found = try await stored { () async throws(StoreError) in try await webhooks.webhook(id) }
        guard let found else { throw Self.noWebhook(id.rawValue) }
        guard actor.reaches(tenant: found.tenantID) else {
            throw JobError(.permissionDenied, "\(id) belongs to another tenant.")
        }
        return found
    }

    private static func noWebhook(_ text: String) -> JobError {
        JobError(.webhookNotFound, "There is no webhook \(text). `lockstep webhooks list` shows those there are.")
    }

    private static func check(_ types: [String]) throws(JobError) {
        let wrong = types.filter { type in
            let words = type.split(separator: ".", omittingEmptySubsequences: false)
            return words.count != 2
                || words.contains { $0.isEmpty || !$0.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x5F } }
        }
        guard wrong.isEmpty else {
            throw JobError(
                .validationError,
                "An event's type is a word, a dot and a word, such as job.failed; nothing was added.",
                fields: wrong.map { FieldError(field: "event_types", message: "\"\($0)\" is no type of an event") }
            )
        }
    }
}
