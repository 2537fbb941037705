import LockstepModel
import Testing

@testable import LockstepExecution

struct SandboxProfileTests {
    private func invocation() -> StepInvocation {
        StepInvocation(
            attemptID: AttemptID("att_1"),
            jobID: JobID("job_1"),
            stepID: StepID("s"),
            attemptFolder: "/state/attempt",
            toolFolder: "/project/tool",
            command: ["tool", "a b"],
            inputs: [StepInputFile(.host("/state/assets/ab/cd"), path: "/in/doc/a.pdf")]
        )
    }

    private func host(drop: SandboxHost.Drop? = nil) -> SandboxHost {
        SandboxHost(bubblewrap: "/usr/bin/bwrap", rootEntries: ["bin": .link("usr/bin"), "lib": .folder], drop: drop)
    }

    private func profile(_ invocation: StepInvocation, drop: SandboxHost.Drop? = nil) -> SandboxProfile {
        SandboxProfile(invocation, host: host(drop: drop), stagedInputs: ["/state/assets/ab/cd"])
    }

    private func index(_ options: [String], _ sequence: [String]) -> Int? {
        options.indices.first { options[$0...].starts(with: sequence) }
    }

    @Test func `an ordinary user's runner binds the host's paths themselves`() {
        let profile = profile(invocation())
        #expect(profile.binds.isEmpty)
        for bind in [
            ["--ro-bind", "/project/tool", "/tool"], ["--ro-bind", "/state/assets/ab/cd", "/in/doc/a.pdf"],
            ["--bind", "/state/attempt/work", "/step"], ["--bind", "/state/attempt/checkpoint", "/checkpoint"],
            ["--symlink", "usr/bin", "/bin"], ["--ro-bind-try", "/lib", "/lib"],
        ] {
            #expect(index(profile.options, bind) != nil, "\(bind)")
        }
    }

    @Test func `a root runner binds everything of its own through the staging folder`() {
        let profile = profile(invocation(), drop: SandboxHost.Drop(uid: 1234, gid: 99))
        #expect(
            profile.binds.map(\.source) == [
                "/project/tool", "/state/assets/ab/cd", "/state/attempt/work", "/state/attempt/checkpoint",
                "/state/attempt/events.jsonl",
            ]
        )
        #expect(profile.binds.map(\.isWritable) == [false, false, true, true, true])
        #expect(index(profile.options, ["--ro-bind", "/tmp/1", "/in/doc/a.pdf"]) != nil)
        #expect(!profile.options.contains { $0.hasPrefix("/state") || $0.hasPrefix("/project") })
    }

    @Test func `the root becomes read-only after everything is mounted on it`() throws {
        let options = profile(invocation()).options
        let end = try #require(index(options, ["--remount-ro", "/", "--chdir"]))
        let last = try #require(options.lastIndex { ["--bind", "--ro-bind", "--tmpfs", "--file"].contains($0) })
        #expect(last < end)
        let proc = try #require(index(options, ["--proc", "/proc"]))
        #expect(options[(proc + 2)...].starts(with: ["--remount-ro", "/proc"]))
    }

    @Test func `the network is shared only when asked for`() {
        var asking = invocation()
        #expect(profile(asking).options.contains("--unshare-net"))
        #expect(index(profile(asking).options, ["--ro-bind-try", "/etc/resolv.conf"]) == nil)
        asking.sandbox.network = true
        #expect(!profile(asking).options.contains("--unshare-net"))
        #expect(index(profile(asking).options, ["--ro-bind-try", "/etc/resolv.conf"]) != nil)
        #expect(profile(asking).files.count == 2)
    }

    @Test func `small files of the system are copied, and the rest is mounted`() {
        var machine = host()
        machine.smallFiles = ["services"]
        let profile = SandboxProfile(invocation(), host: machine, stagedInputs: [""])
        #expect(profile.files.first == .copy(of: "/etc/services"))
        #expect(index(profile.options, ["--perms", "0444", "--file", "6", "/etc/services"]) != nil)
        #expect(index(profile.options, ["--ro-bind-try", "/etc/services"]) == nil)
        #expect(index(profile.options, ["--ro-bind-try", "/etc/protocols"]) != nil)
        #expect(index(profile.options, ["--seccomp", "10"]) != nil)
    }

    @Test func `mounts that a step asks for, or its control groups, are no unneeded ones`() {
        var asking = invocation()
        #expect(AttemptFolder.unneededMounts(for: asking, shape: .full).starts(with: ["/sys", "/dev/pts", "/dev/shm"]))
        let grouped = SandboxShape(level: .fullWithCgroup, cgroups: CgroupPlace(parents: []))
        #expect(!AttemptFolder.unneededMounts(for: asking, shape: grouped).contains("/sys"))
        #expect(AttemptFolder.unneededMounts(for: asking, shape: .off) == [])
        asking.sandbox.devices = ["/dev/shm/x", "/dev/mqueue"]
        #expect(AttemptFolder.unneededMounts(for: asking, shape: .full) == ["/sys", "/dev/pts", "/dev/hugepages"])
        asking.sandbox.devices = ["/dev"]
        #expect(AttemptFolder.unneededMounts(for: asking, shape: .full) == ["/sys"])
    }

    @Test func `every namespace, capability and privilege is given up`() {
        let options = profile(invocation()).options
        for option in [
            "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
            "--disable-userns", "--die-with-parent", "--new-session",
        ] {
            #expect(options.contains(option), "\(option)")
        }
        #expect(index(options, ["--cap-drop", "ALL"]) != nil)
        #expect(index(options, ["--uid", "1000", "--gid", "1000"]) != nil)
    }

    @Test func `limits that bubblewrap could not work under stand before the tool`() {
        var small = invocation()
        small.limits.processes = 1
        let profile = profile(small)
        #expect(profile.outerLimits == nil)
        #expect(profile.command.first == "/usr/bin/prlimit")
        #expect(profile.command.contains("--nproc=1:1"))
        #expect(Array(profile.command.suffix(3)) == ["--", "tool", "a b"])
    }

    @Test func `other limits are the supervisor's, and the tool is started at once`() {
        let profile = profile(invocation())
        #expect(profile.outerLimits == invocation().limits)
        #expect(profile.command == ["tool", "a b"])
    }

    @Test func `standard input is bound read-only and opened inside`() {
        var reading = invocation()
        reading.stdin = .file("/state/assets/ab/ef")
        let profile = profile(reading)
        #expect(index(profile.options, ["--ro-bind", "/state/assets/ab/ef", "/run/lockstep/stdin"]) != nil)
        #expect(profile.command.starts(with: ["/bin/sh", "-c", "exec \"$@\" < /run/lockstep/stdin", "sh"]))
        #expect(Array(profile.command.suffix(3)) == ["--", "tool", "a b"])
    }

    @Test func `a value of the environment is never an option, but for the loader's`() {
        var secret = invocation()
        secret.environment = ["TOKEN": "secret", "LD_PRELOAD": "/tool/x.so"]
        let profile = profile(secret)
        #expect(!profile.options.contains("secret"))
        #expect(profile.environment["TOKEN"] == "secret")
        #expect(profile.environment["LD_PRELOAD"] == nil)
        #expect(index(profile.options, ["--setenv", "LD_PRELOAD", "/tool/x.so"]) != nil)
    }
}
