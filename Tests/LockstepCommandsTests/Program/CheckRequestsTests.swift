import LockstepJSON
import LockstepModel
import LockstepTestSupport
import Testing

@Suite(.timeLimit(.minutes(10)))
struct CheckRequestsTests {
    private func project() throws -> CommandLineTest {
        let test = try SmallProject.shell("echo hi")
        try test.file(
            "tools-registry/asking.yaml",
            """
            tool_id: asking
            name: Asking
            version: 1.0.0
            command: [sh, -c, "echo hi"]
            outputs: { out: { stdout: text, schema: { type: string } } }
            sandbox: { network: true, read: [/usr/share/doc], devices: [/dev/null], debug: true }
            """
        )
        return test
    }

    @Test func `Check shows what each tool asks for beyond the sandbox`() async throws {
        let test = try project()
        let text = try await test.run("check")
        #expect(text.status == 0, "\(text)")
        #expect(
            text.stdout == """
                Tools that ask for more than the sandbox gives
                  asking: the network of this machine, reading /usr/share/doc, using /dev/null, debuggers

                """,
            "\(text)"
        )
        let asJSON = try await test.run("check", "--output", "json")
        let tools = asJSON.data?["tools"]?.arrayValue ?? []
        #expect(tools.map { $0["tool_id"] } == ["asking", "shell"], "\(asJSON)")
        let request: JSONValue = [
            "network": true, "read": ["/usr/share/doc"], "devices": ["/dev/null"], "debug": true,
        ]
        #expect(tools.first?["sandbox"] == request, "\(asJSON)")
        #expect(tools.last?["sandbox"]?["network"] == false, "\(asJSON)")
    }

    @Test func `A check of one workflow shows the requests of its tools alone`() async throws {
        let check = try await project().run("check", "workflows/work.yaml", "--output", "json")
        #expect(check.data?["tools"]?.arrayValue?.map { $0["tool_id"] } == ["shell"], "\(check)")
    }

    @Test func `What a tool asked for is stored with the attempt`() async throws {
        let test = try project()
        let run = try await test.run("run", "tool", "asking")
        #expect(run.status == 0, "\(run)")
        let shown = try await test.run("jobs", "show", "last", "--output", "json")
        let attempt = shown.data?["attempts"]?.arrayValue?.first
        #expect(attempt?["requested"]?["sandbox"]?["network"] == true, "\(shown)")
        #expect(attempt?["requested"]?["sandbox"]?["read"] == ["/usr/share/doc"], "\(shown)")
        #expect(attempt?["enforced"]?["network"] == nil, "\(shown)")
        #expect(attempt?["measured"]?["cpu_user_seconds"]?.doubleValue != nil, "\(shown)")
    }
}
