internal import AsyncHTTPClient
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore
internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

/// Sends events over HTTP.
///
/// The client and its threads come into being with the first message. ``close()`` must be called at the end.
final class WebhookSender: Sendable {
    /// How one message ended.
    struct Answer: Sendable, Hashable {
        /// Nil when none came.
        var status: Int?
        /// Why the message counts as not delivered; nil when it was.
        var error: String?
    }

    /// The most of an answer's body that is read; the rest is cut off with the connection.
    private static let bodyLimit = 65_536

    private let limits: WebhookLimits
    private let client = Mutex<HTTPClient?>(nil)

    init(limits: WebhookLimits) {
        self.limits = limits
    }

    func close() async {
        let made = client.withLock { $0.take() }
        try? await made?.shutdown()
    }

    /// Posts one event, and waits for the answer within the limits.
    ///
    /// - Parameter now: What the message says of its time.
    func send(_ event: Event, to webhook: Webhook, signedWith secret: WebhookSecret, at now: Instant) async -> Answer {
        let body = JSONWriter.bytes(event.json)
        let timestamp = String(now.milliseconds / 1000)
        var request = HTTPClientRequest(url: webhook.url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "User-Agent", value: "lockstep")
        request.headers.add(name: "Lockstep-Event", value: event.type)
        request.headers.add(name: "Lockstep-Sequence", value: String(event.sequence))
        request.headers.add(name: "Lockstep-Delivery", value: "\(webhook.id).\(event.sequence)")
        request.headers.add(name: "Lockstep-Timestamp", value: timestamp)
        let signature = secret.signature(of: Array("\(timestamp).".utf8) + body)
        request.headers.add(name: "Lockstep-Signature", value: "v1=\(signature)")
        request.body = .bytes(body)
        do {
            let response = try await openClient().execute(request, timeout: TimeAmount(limits.response))
            let status = Int(response.status.code)
            await drain(response.body)
            return Answer(status: status, error: Self.problem(with: status))
        } catch {
            return Answer(status: nil, error: describe(error))
        }
    }

    private func openClient() -> HTTPClient {
        client.withLock { client in
            if let client { return client }
            var configuration = HTTPClient.Configuration()
            configuration.redirectConfiguration = .disallow
            configuration.httpVersion = .http1Only
            configuration.timeout.connect = TimeAmount(limits.connect)
            configuration.connectionPool.retryConnectionEstablishment = false
            let made = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            client = made
            return made
        }
    }

    /// Reads a short body, so that the connection can be used again; what is long or slow is left.
    private func drain(_ body: HTTPClientResponse.Body) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                var count = 0
                do {
                    for try await piece in body {
                        count += piece.readableBytes
                        if count > Self.bodyLimit { return }
                    }
                } catch {
                    // The status has been received, and it is what counts.
                }
            }
            group.addTask { [limits] in try? await Task.sleep(for: limits.body) }
            await group.next()
            group.cancelAll()
        }
    }

    private static func problem(with status: Int) -> String? {
        switch status {
        case 200..<300: nil
        case 300..<400: "HTTP \(status): redirects are not followed"
        default: "HTTP \(status)"
        }
    }

    private func describe(_ error: any Error) -> String {
        switch error as? HTTPClientError {
        case .connectTimeout?, .tlsHandshakeTimeout?: "no connection within \(limits.connect)"
        case .deadlineExceeded?, .readTimeout?: "no answer within \(limits.response)"
        case .remoteConnectionClosed?: "the connection was closed before the answer"
        default: String("\(error)".prefix(300))
        }
    }
}
