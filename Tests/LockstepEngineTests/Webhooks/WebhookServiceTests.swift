import Foundation
import LockstepDefinitions
import LockstepEngine
import LockstepJSON
import LockstepModel
import LockstepStore
import LockstepTestSupport
import Testing

@Suite(.timeLimit(.minutes(10)))
struct WebhookServiceTests {
    private let fixture: EngineFixture

    init() throws { fixture = try EngineFixture() }

    @Test(arguments: [
        "", "example.com/hook", "ftp://example.com/", "file:///etc/passwd", "http+unix://socket/", "http://",
        "https:///path", "http://ann:hunter2@example.com/", "http://hunter2@example.com/",
        "http://example.com/#hunter2",
        "http://example.com:99999/", "http://exa mple.com/", "http://example.com/\nX: y", "javascript:alert(1)",
        "http://exämple.com/", "http://example.com/" + String(repeating: "x", count: 2048),
    ])
    func `a URL that events cannot be sent to is refused, and not repeated`(url: String) async throws {
        let error = await #expect(throws: JobError.self) {
            try await fixture.service.addWebhook(url, as: fixture.actor)
        }
        #expect(error?.code == .validationError)
        #expect(error?.message.contains("hunter2") == false)
        #expect(error?.fields.first?.message.contains("hunter2") == false)
        #expect(try await fixture.service.listWebhooks(as: fixture.actor).isEmpty)
    }

    @Test(arguments: ["http://localhost:8080/hook?x=1", "https://[::1]/", "HTTPS://EXAMPLE.COM"])
    func `other URLs are taken as they are`(url: String) async throws {
        let new = try await fixture.service.addWebhook(url, types: ["job.failed", "job.failed"], as: fixture.actor)
        #expect(new.webhook.url == url && new.webhook.eventTypes == ["job.failed"])
        #expect(new.webhook.id.rawValue.hasPrefix("hook_"))
    }

    @Test(arguments: [["jobfailed"], ["job.failed", "Job.Failed"], ["job."], ["job.*"], [""]])
    func `a type that no event has is refused`(types: [String]) async throws {
        let error = await #expect(throws: JobError.self) {
            try await fixture.service.addWebhook("http://localhost/", types: types, as: fixture.actor)
        }
        #expect(error?.code == .validationError && error?.fields.count == 1)
    }

    @Test func `a beginning that is not there yet is refused`() async throws {
        _ = try await fixture.createJob()
        let last = try await fixture.service.lastEvent()
        for sequence in [-1, last + 1] {
            let error = await #expect(throws: JobError.self) {
                try await fixture.service.addWebhook("http://localhost/", after: sequence, as: fixture.actor)
            }
            #expect(error?.code == .validationError)
        }
        let new = try await fixture.service.addWebhook("http://localhost/", after: last, as: fixture.actor)
        #expect(new.webhook.deliveredSequence == last)
    }

    @Test func `the secret stands in its file and nowhere else`() async throws {
        let service = fixture.service
        let given = try WebhookSecret(Array("a secret of my own".utf8))
        let made = try await service.addWebhook("http://127.0.0.1:1/", as: fixture.actor)
        let own = try await service.addWebhook("http://127.0.0.1:1/", secret: given, as: fixture.actor)
        #expect(own.madeSecret == nil)
        _ = try await fixture.createJob()
        _ = try await WebhookDeliverer(fixture.workspace).deliverDue(as: fixture.actor)
        var json = try await service.listWebhooks(as: fixture.actor).map { JSONWriter.text($0.json) }
        for id in [made.webhook.id, own.webhook.id] {
            json += try await service.listDeliveries(of: id, as: fixture.actor).map { JSONWriter.text($0.json) }
        }
        #expect(json.count == 4)
        let secrets = [try #require(made.madeSecret).revealed, given.revealed]
        var holders: [String] = []
        let state = fixture.workspace.project.stateFolder
        for case let name as String in try #require(FileManager.default.enumerator(atPath: state)) {
            guard let content = FileManager.default.contents(atPath: "\(state)/\(name)") else { continue }
            if secrets.contains(where: { content.range(of: Data($0.utf8)) != nil }) {
                holders.append("\(state)/\(name)")
            }
        }
        #expect(holders.sorted() == [made.secretPath, own.secretPath].sorted())
        #expect(!json.joined().contains(secrets[0]) && !json.joined().contains(secrets[1]))
        let described = "\(made) \(own)"
        #expect(!described.contains(secrets[0]))
    }

    @Test func `removing a webhook removes its secret, and other tenants have no part in it`() async throws {
        let service = fixture.service
        let new = try await service.addWebhook("http://localhost/", as: fixture.actor)
        let stranger = Actor(id: "eve", tenantID: "other")
        let denied = await #expect(throws: JobError.self) {
            try await service.removeWebhook(new.webhook.id, as: stranger)
        }
        #expect(denied?.code == .permissionDenied)
        #expect(try await service.listWebhooks(as: stranger).isEmpty)
        let end = String(new.webhook.id.rawValue.suffix(6))
        #expect(try await service.findWebhook(end, as: fixture.actor).id == new.webhook.id)
        try await service.removeWebhook(new.webhook.id, as: fixture.actor)
        #expect(!FileManager.default.fileExists(atPath: new.secretPath))
        let gone = await #expect(throws: JobError.self) { try await service.findWebhook(end, as: fixture.actor) }
        #expect(gone?.code == .webhookNotFound)
    }
}
