internal import Foundation
internal import Glibc
package import LockstepJSON

/// A real HTTP server on this machine that writes down what it gets, and answers as it is told.
///
/// It is Python's own, so that requests are read and signatures are checked by code that is not ours.
package final class WebhookReceiver: Sendable {
    /// How one request is answered; the last of a plan is repeated.
    package enum Behaviour: String, Sendable {
        case ok = "200"
        case noContent = "204"
        case refused = "400"
        case broken = "500"
        /// To another path of the same server.
        case redirect = "301"
        /// No answer at all, until ``release()``; then 200.
        case wait
        /// The connection is closed without an answer.
        case close
        /// 200 with a body that never ends.
        case endless
        /// 200 with a body that comes byte by byte.
        case drip
        /// 200 after 20 milliseconds.
        case slow
    }

    package struct Request: Sendable {
        package let path: String
        /// By name in lower case.
        package let headers: [String: String]
        package let body: String
        /// Whether Python's HMAC over the time and the body gives the signature that came with it.
        package let isSignatureRight: Bool
        /// Whether another request was still under way.
        package let overlaps: Bool

        package var sequence: Int64? { headers["lockstep-sequence"].flatMap { Int64($0) } }
        package var json: JSONValue? { try? JSONValue(parsing: body) }
    }

    private let folder: TemporaryFolder
    private let program: RunningProgram
    /// Where it listens; the system chose the port.
    package let url: String

    /// - Parameter secret: What signatures are checked with.
    package init(_ plan: Behaviour..., secret: String = "") async throws {
        folder = try TemporaryFolder()
        let words = plan.isEmpty ? [Behaviour.ok] : plan
        try folder.write(words.map(\.rawValue).joined(separator: "\n"), to: "plan")
        try folder.write(secret, to: "secret")
        let script = try folder.write(Self.script, to: "receiver.py")
        let program = try RunningProgram(
            ["/usr/bin/python3", script, folder.path],
            folder: folder.path,
            environment: ["PATH": "/usr/bin:/bin"],
            scratch: folder.path,
            owner: folder,
            limit: 600
        )
        self.program = program
        guard await eventually(within: .seconds(60), { program.stdoutSoFar.contains("\n") }),
            let port = Int(program.stdoutSoFar.split(separator: "\n").first ?? "")
        else { throw RunningProgram.StartFailure(reason: program.stderrSoFar) }
        url = "http://127.0.0.1:\(port)/hook"
    }

    deinit { program.send(SIGKILL) }

    /// Ends the server at once: connections are refused from then on.
    package func stop() async {
        program.send(SIGKILL)
        _ = await program.result()
    }

    /// Changes how the requests from now on are answered.
    package func plan(_ plan: Behaviour...) throws {
        let done = Array(repeating: "-", count: requests().count)
        try folder.write((done + plan.map(\.rawValue)).joined(separator: "\n"), to: "plan")
    }

    /// Changes what signatures are checked with.
    package func expect(secret: String) throws { try folder.write(secret, to: "secret") }

    /// Lets requests that wait go on.
    package func release() throws { try folder.write("", to: "release") }

    /// How many answers were sent whole.
    package var answers: Int { (try? folder.names(in: "answers").count) ?? 0 }

    /// What came so far, in order.
    package func requests() -> [Request] {
        let text = String(
            decoding: FileManager.default.contents(atPath: folder.path("requests")) ?? Data(),
            as: UTF8.self
        )
        return text.split(separator: "\n").compactMap { line in
            guard let json = try? JSONValue(parsing: String(line)) else { return nil }
            var headers: [String: String] = [:]
            for (name, value) in json["headers"]?.objectValue ?? [:] { headers[name] = value.stringValue }
            return Request(
                path: json["path"]?.stringValue ?? "",
                headers: headers,
                body: json["body"]?.stringValue ?? "",
                isSignatureRight: json["signed"]?.boolValue == true,
                overlaps: json["overlaps"]?.boolValue == true
            )
        }
    }

    private static let script = """
        import hashlib, hmac, http.server, json, os, sys, threading, time

        folder = sys.argv[1]
        lock = threading.Lock()
        state = {"count": 0, "active": 0}
        os.mkdir(folder + "/answers")

        def content(name):
            with open(folder + "/" + name) as file:
                return file.read()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                message = self.headers.get("Lockstep-Timestamp", "").encode() + b"." + body
                code = hmac.new(content("secret").encode(), message, hashlib.sha256).hexdigest()
                record = {
                    "path": self.path, "body": body.decode(),
                    "headers": {name.lower(): value for name, value in self.headers.items()},
                    "signed": self.headers.get("Lockstep-Signature") == "v1=" + code,
                }
                with lock:
                    plan = content("plan").split()
                    behaviour = plan[min(state["count"], len(plan) - 1)]
                    number = state["count"]
                    state["count"] += 1
                    record["overlaps"] = state["active"] > 0
                    state["active"] += 1
                    with open(folder + "/requests", "a") as file:
                        file.write(json.dumps(record) + chr(10))
                if behaviour == "wait":
                    while not os.path.exists(folder + "/release"):
                        time.sleep(0.02)
                if behaviour == "slow":
                    time.sleep(0.02)
                with lock:
                    state["active"] -= 1
                if behaviour == "close":
                    self.close_connection = True
                    return
                status = int(behaviour) if behaviour.isdigit() else 200
                self.send_response(status)
                if behaviour == "301":
                    self.send_header("Location", "/elsewhere")
                if behaviour in ("endless", "drip"):
                    self.send_header("Content-Length", "100000000000")
                    self.end_headers()
                    try:
                        while True:
                            self.wfile.write(b"x" * (65536 if behaviour == "endless" else 1))
                            self.wfile.flush()
                            if behaviour == "drip":
                                time.sleep(0.05)
                    except OSError:
                        self.close_connection = True
                        return
                if status != 204:
                    self.send_header("Content-Length", "0")
                self.end_headers()
                self.wfile.flush()
                open(folder + "/answers/" + str(number), "w").close()

            def do_GET(self):
                with open(folder + "/requests", "a") as file:
                    file.write(json.dumps({"path": self.path}) + chr(10))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *words):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        print(server.server_address[1], flush=True)
        server.serve_forever()
        """
}
