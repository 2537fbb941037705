import LockstepCommands
import Testing

struct HealthCheckTests {
    @Test
    func `Each check is a line and a remedy stands below what was found`() {
        let checks = [
            HealthCheck("bubblewrap", .passed, "0.8.0"),
            HealthCheck("sandbox", .failed, "No user namespaces.", remedy: "sysctl kernel.unprivileged_userns_clone=1"),
        ]
        #expect(
            HealthCheck.text(of: checks, width: 80, painter: .plain) == """
                ✓ ok      bubblewrap  0.8.0
                ✗ failed  sandbox     No user namespaces.
                                      → sysctl kernel.unprivileged_userns_clone=1

                """
        )
    }

    @Test
    func `Long findings stay within 80 columns`() {
        let long = String(repeating: "what was found ", count: 20)
        let text = HealthCheck.text(
            of: [HealthCheck("sandbox", .failed, long, remedy: long)],
            width: 80,
            painter: .plain
        )
        #expect(text.split(separator: "\n").allSatisfy { $0.displayWidth <= 80 })
    }

    @Test
    func `A check with nothing to say still shows its state`() {
        #expect(HealthCheck.text(of: [HealthCheck("x", .passed, "")], width: 80, painter: .plain).contains("✓ ok  x"))
    }
}
