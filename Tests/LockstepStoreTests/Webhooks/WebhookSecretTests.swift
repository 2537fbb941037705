import Foundation
import LockstepModel
import LockstepTestSupport
import Testing

@testable import LockstepStore

struct WebhookSecretTests {
    /// As `openssl dgst -sha256 -hmac` says.
    @Test func `a signature is the HMAC that other programs compute`() throws {
        let secret = try WebhookSecret(Array("sixteen bytes at least\n".utf8))
        #expect(
            secret.signature(of: Array("1700000000.{\"a\":1}".utf8))
                == "555d506e35ebd1687f8de45678a83ef69cd0304c3409c9961ef633532d2ee437"
        )
    }

    @Test func `a new secret is 64 digits, and no two are the same`() {
        let secrets = Set((0..<50).map { _ in WebhookSecret().revealed })
        #expect(secrets.count == 50)
        #expect(secrets.allSatisfy { $0.count == 64 && $0.allSatisfy { $0.isHexDigit } })
    }

    @Test(arguments: [
        "", "short", String(repeating: "x", count: 1025), "sixteen bytes and\na second line",
        "a control\u{7} character",
    ])
    func `a secret that is no good is refused without being repeated`(text: String) {
        let error = #expect(throws: StoreError.self) { try WebhookSecret(Array(text.utf8)) }
        #expect(error?.code == .validationError)
        #expect(text.isEmpty || error?.message.contains(text) == false)
    }

    @Test func `a secret does not show itself`() throws {
        let secret = WebhookSecret()
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), "\([secret])", dumped] {
            #expect(!text.contains(secret.revealed))
        }
    }

    @Test func `a secret is kept for its owner alone, once, and goes when it is removed`() throws {
        let folder = try TemporaryFolder()
        let secrets = WebhookSecrets(stateFolder: folder.path)
        let id = WebhookID("hook_1")
        let secret = WebhookSecret()
        try secrets.keep(secret, of: id)
        #expect(try secrets.secret(of: id).revealed == secret.revealed)
        #expect(try mode(of: secrets.path(of: id)) == 0o600)
        #expect(try mode(of: folder.path("webhooks")) == 0o700)
        #expect(throws: StoreError.self) { try secrets.keep(WebhookSecret(), of: id) }
        #expect(try secrets.secret(of: id).revealed == secret.revealed)
        secrets.remove(of: id)
        let error = #expect(throws: StoreError.self) { try secrets.secret(of: id) }
        #expect(error?.message.contains("Remove the webhook and add it again") == true)
    }

    private func mode(of path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
}
