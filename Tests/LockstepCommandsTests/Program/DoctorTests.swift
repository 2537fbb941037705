import LockstepExecution
import LockstepJSON
import LockstepModel
import LockstepTestSupport
import Testing

/// `lockstep doctor` on machines that really lack something, as a program in a namespace or below a filter sees them.
@Suite(.timeLimit(.minutes(10)))
struct DoctorTests {
    /// A plain user in a namespace of their own, as which `setup` is run with all rights, and then the program without.
    private func doctor(after setup: String, prefix: String = "") async throws -> [String: JSONValue] {
        let test = try SmallProject.shell("echo hi")
        let answer = try await test.shell(
            "unshare --user --map-user=1000 --map-group=1000 --keep-caps --mount --propagation private sh -c "
                + "'\(setup) && exec setpriv --ambient-caps=-all --inh-caps=-all \(prefix) \"$LOCKSTEP\" doctor --output json'"
        )
        let checks = answer.data?["checks"]?.arrayValue ?? []
        guard !checks.isEmpty else { throw NoChecks(answer: answer.description) }
        return Dictionary(checks.map { ($0["name"]?.stringValue ?? "", $0) }) { one, _ in one }
    }

    private struct NoChecks: Error {
        let answer: String
    }

    private func remedy(_ checks: [String: JSONValue]) -> String {
        checks["a sandbox can be made"]?["remedy"]?.stringValue ?? ""
    }

    @Test func `A namespace is all that these tests add`() async throws {
        let checks = try await doctor(after: "true")
        #expect(checks["a sandbox can be made"]?["state"] == "ok", "\(checks)")
    }

    @Test(arguments: ["user", "net", "pid"])
    func `Namespaces that are not allowed are named with the setting`(kind: String) async throws {
        let checks = try await doctor(after: "echo 0 > /proc/sys/user/max_\(kind)_namespaces")
        #expect(checks["a sandbox can be made"]?["state"] == "failed", "\(checks)")
        #expect(remedy(checks).contains("sysctl -w user.max_\(kind)_namespaces=10000"), "\(checks)")
        let rest = kind == "net" ? "goes without these here: network" : "goes without these here: files, network"
        #expect(remedy(checks).contains(rest), "\(checks)")
    }

    @Test func `A covered part of proc is named, and what can be had all the same`() async throws {
        let checks = try await doctor(after: "mount -t tmpfs none /proc/tty")
        #expect(remedy(checks).contains("/proc/tty is covered"), "\(checks)")
        #expect(remedy(checks).hasSuffix("goes without these here: process_list"), "\(checks)")
    }

    @Test func `A bubblewrap that is not there is to be installed`() async throws {
        // The folder shows all of its programs but this one.
        let hide = "mount --bind /dev/null /usr/bin/bwrap"
        let checks = try await doctor(after: hide)
        #expect(checks["bubblewrap is installed"]?["state"] == "failed", "\(checks)")
        #expect(checks["bubblewrap is installed"]?["remedy"] == "apt-get install bubblewrap")
    }

    @Test func `A filter of system calls that refuses namespaces is named`() async throws {
        // What a container's filter does: clone and unshare with new namespaces fail.
        let filter = """
            import ctypes, os, struct, sys
            def op(code, jt, jf, k): return struct.pack("HBBI", code, jt, jf, k)
            program = b"".join([op(0x20, 0, 0, 0), op(0x15, 3, 0, 272), op(0x15, 0, 3, 56), op(0x20, 0, 0, 16),
                op(0x45, 0, 1, 0x10000000), op(0x06, 0, 0, 0x00050001), op(0x06, 0, 0, 0x7fff0000)])
            buffer = ctypes.create_string_buffer(program)
            order = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(buffer))
            libc = ctypes.CDLL(None)
            libc.prctl(38, 1, 0, 0, 0)
            assert libc.prctl(22, 2, order, 0, 0) == 0
            os.execv(sys.argv[1], sys.argv[1:])
            """
        let test = try SmallProject.shell("echo hi")
        try test.file("filtered.py", filter + "\n")
        let answer = try await test.shell(
            "unshare --user --map-user=1000 --map-group=1000 python3 filtered.py \"$LOCKSTEP\" doctor --output json"
        )
        let checks = answer.data?["checks"]?.arrayValue ?? []
        let sandbox = checks.first { $0["name"] == "a sandbox can be made" }
        #expect(sandbox?["state"] == "failed", "\(answer)")
        #expect(sandbox?["remedy"]?.stringValue?.contains("seccomp=unconfined") == true, "\(answer)")
    }

    @Test func `It says which control groups can be made, and what keeps the memory limit`() async throws {
        let without = try await doctor(after: "mount -t tmpfs none /sys")
        #expect(without["control groups"]?["state"] == "warning", "\(without)")
        #expect(without["control groups"]?["found"]?.stringValue?.contains("is watched") == true)
        guard (try? CgroupPlace.find()) != nil else { return }
        let checks = try await SmallProject.shell("echo hi").run("doctor", "--output", "json")
        let groups = checks.data?["checks"]?.arrayValue?.first { $0["name"] == "control groups" }
        #expect(groups?["state"] == "ok", "\(checks)")
        #expect(groups?["found"]?.stringValue?.contains("memory in cgroup v") == true, "\(checks)")
    }
}
