import Foundation
import Glibc
import LockstepJSON
import LockstepModel
import Testing

@testable import LockstepExecution

/// Steps with control groups of their own, on the control groups of this machine.
@Suite(.timeLimit(.minutes(10)), .enabled(if: (try? CgroupPlace.find()) != nil, "no control group can be made here"))
struct CgroupTests {
    private let bench: StepBench

    init() throws { bench = try StepBench() }

    private func invocation(_ command: [String], memory: ByteCount = .mebibytes(100)) -> StepInvocation {
        var invocation = bench.invocation(command)
        invocation.sandboxLevel = .fullWithCgroup
        invocation.limits.memory = memory
        return invocation
    }

    private func folders(of invocation: StepInvocation) throws -> [String] {
        let name = CgroupPlace.name(of: AttemptLayout(folder: invocation.attemptFolder))
        return try CgroupPlace.find().parents.map { "\($0.folder)/\(name)" }
    }

    @Test func `a step gets groups with its limits, and they go when it ends`() async throws {
        let invocation = invocation(["sh", "-c", "touch ready; while [ ! -e /step/go ]; do sleep 0.02; done"])
        async let running = bench.run(invocation)
        try await TestWait.file("ready", of: invocation)
        let folders = try folders(of: invocation)
        let process = try await TestWait.sandboxProcess(of: invocation)
        for folder in folders {
            let members = String(decoding: SmallFile.read("\(folder)/cgroup.procs") ?? [], as: UTF8.self)
            #expect(members.split(separator: "\n").contains("\(process)"), "\(folder)")
            // The tool, and the shell's sleep now and then.
            #expect(members.split(separator: "\n").count >= 2)
        }
        let files = ["memory.limit_in_bytes", "memory.max"].flatMap { file in folders.map { "\($0)/\(file)" } }
        #expect(files.contains { SmallFile.read($0) == Array("104857600\n".utf8) }, "\(files)")
        close(open("\(invocation.attemptFolder)/work/go", O_CREAT | O_WRONLY, 0o666))
        let outcome = try await running
        #expect(outcome.succeeded && outcome.sandboxLevel == .fullWithCgroup)
        #expect(outcome.enforcement.enforced["memory"]?.stringValue?.hasPrefix("cgroup v") == true)
        #expect(outcome.enforcement.enforced["processes"]?.stringValue?.hasPrefix("cgroup v") == true)
        #expect(outcome.enforcement.missing.isEmpty)
        #expect(try #require(outcome.usage.peakCgroupMemory) > ByteCount(0))
        for folder in folders { #expect(access(folder, F_OK) != 0, "\(folder)") }
    }

    /// The last one is over before anybody could have looked.
    private static let eaters = [
        "python3 -c 'x = bytearray(200 << 20)'; sleep 3600",
        "dd if=/dev/zero of=/tmp/x bs=1M count=200; sleep 3600",
        "python3 -c 'x = bytearray(200 << 20)'; true",
    ]

    @Test(arguments: eaters)
    func `the kernel keeps the memory limit, and the words are those of the supervisor`(script: String) async throws {
        var invocation = invocation(["sh", "-c", script])
        invocation.limits.workSize = .gibibytes(1)
        let outcome = try await bench.run(invocation)
        #expect(outcome.ending.reason == .outOfMemory, "\(outcome)")
        #expect(outcome.failure?.code == .resourceLimit)
        #expect(outcome.failure?.message.hasPrefix("ran out of memory at 100 MiB after ") == true, "\(outcome)")
        #expect(outcome.failure?.message.hasSuffix("; give it more with resources.memory.") == true)
        for folder in try folders(of: invocation) { #expect(access(folder, F_OK) != 0, "\(folder)") }
    }

    @Test func `pages of files that can be given back do not end a step`() async throws {
        let invocation = invocation(["dd", "if=/dev/zero", "of=big", "bs=1M", "count=150"])
        #expect(try await bench.run(invocation).succeeded)
    }

    @Test func `a fork bomb is refused more processes, and told so`() async throws {
        var invocation = invocation(["sh", "-c", "for i in $(seq 50); do sleep 30 & done; wait"])
        invocation.limits.processes = 20
        let outcome = try await bench.run(invocation)
        #expect(outcome.failure?.message.contains("its limit of 20 processes and threads") == true, "\(outcome)")
        #expect(outcome.failure?.message.contains("resources.processes") == true)
    }

    @Test func `what a dead supervisor has left in a group is killed, and the group goes`() async throws {
        let invocation = invocation(["sh", "-c", "touch ready; sleep 3600"])
        async let running = bench.run(invocation)
        try await TestWait.file("ready", of: invocation)
        let supervisor = try await TestWait.supervisor(of: invocation)
        // As if it had got out of the namespace: nothing but the group shows that it is of the step.
        let stray = try Process.run(URL(fileURLWithPath: "/usr/bin/sleep"), arguments: ["3600"])
        for folder in try folders(of: invocation) {
            try Data("\(stray.processIdentifier)".utf8).write(to: URL(fileURLWithPath: "\(folder)/cgroup.procs"))
        }
        kill(supervisor, SIGKILL)
        #expect(try await running.isLost)
        _ = try await TestWait.value { TestWait.isAlive(stray.processIdentifier) ? nil : () }
        for folder in try folders(of: invocation) { #expect(access(folder, F_OK) != 0, "\(folder)") }
    }

    @Test func `a group whose name is not the attempt's is never touched`() async throws {
        let place = try #require(try CgroupPlace.find().parents.first)
        let other = "\(place.folder)/lockstep-somebody-else-\(UInt32.random(in: 0...UInt32.max))"
        #expect(mkdir(other, 0o755) == 0)
        let stranger = try Process.run(URL(fileURLWithPath: "/usr/bin/sleep"), arguments: ["3600"])
        defer {
            kill(stranger.processIdentifier, SIGKILL)
            for _ in 0..<1000 where rmdir(other) != 0 && errno == EBUSY { usleep(5000) }
        }
        try Data("\(stranger.processIdentifier)".utf8).write(to: URL(fileURLWithPath: "\(other)/cgroup.procs"))
        let invocation = invocation(["true"])
        _ = try await bench.run(invocation)
        let layout = AttemptLayout(folder: invocation.attemptFolder)
        let name = CgroupPlace.name(of: layout)
        var lock = try #require(try JSONValue(parsing: SmallFile.read(layout.lock) ?? []).objectValue)
        // Not a control group, though its name would do.
        let ordinary = "\(bench.folder)/\(name)"
        mkdir(ordinary, 0o755)
        lock["cgroups"] = [.string(other), .string("\(other)/../\(other)"), .string(ordinary)]
        try Data(JSONWriter.bytes(.object(lock))).write(to: URL(fileURLWithPath: layout.lock))
        await SandboxRemains(layout: layout).end()
        #expect(TestWait.isAlive(stranger.processIdentifier))
        #expect(access(other, F_OK) == 0 && access(ordinary, F_OK) == 0)
    }

    @Test func `a limit that cannot be set keeps the step from running`() async throws {
        let invocation = invocation(["touch", "/step/ran"])
        // A folder of control groups without the files of the controller.
        guard
            let parent = CgroupMount.all(
                mounts: String(decoding: SmallFile.read("/proc/self/mountinfo", limit: 1 << 22) ?? [], as: UTF8.self),
                membership: String(decoding: SmallFile.read("/proc/self/cgroup") ?? [], as: UTF8.self)
            ).first(where: { $0.controllers.isEmpty || !$0.controllers.contains("pids") })
        else { return }
        let place = CgroupPlace(
            parents: [CgroupPlace.Parent(folder: parent.ownFolder, version: 1, controllers: ["pids"])]
        )
        let report = try await record(of: invocation, SandboxShape(level: .fullWithCgroup, cgroups: place))
        #expect(report.ending.reason == .notStarted)
        #expect(report.message?.contains("pids.max cannot be set to 257") == true, "\(report)")
        #expect(access("\(invocation.attemptFolder)/work/ran", F_OK) != 0)
        #expect(
            access("\(parent.ownFolder)/\(CgroupPlace.name(of: AttemptLayout(folder: invocation.attemptFolder)))", F_OK)
                != 0
        )
    }

    /// Version 2 as far as kernels without its controllers have it: made, entered, killed at once, removed.
    @Test func `a group of version 2 is made, entered and removed`() async throws {
        let mounts = CgroupMount.all(
            mounts: String(decoding: SmallFile.read("/proc/self/mountinfo", limit: 1 << 22) ?? [], as: UTF8.self),
            membership: String(decoding: SmallFile.read("/proc/self/cgroup") ?? [], as: UTF8.self)
        )
        guard let mount = mounts.first(where: { $0.version == 2 }), access(mount.ownFolder, W_OK) == 0 else { return }
        let place = CgroupPlace(parents: [CgroupPlace.Parent(folder: mount.ownFolder, version: 2, controllers: [])])
        let invocation = invocation(["sh", "-c", "touch ready; sleep 3600"])
        async let report = record(of: invocation, SandboxShape(level: .fullWithCgroup, cgroups: place))
        try await TestWait.file("ready", of: invocation)
        let process = try await TestWait.sandboxProcess(of: invocation)
        let folder = "\(mount.ownFolder)/\(CgroupPlace.name(of: AttemptLayout(folder: invocation.attemptFolder)))"
        let members = String(decoding: SmallFile.read("\(folder)/cgroup.procs") ?? [], as: UTF8.self)
        #expect(members.split(separator: "\n").contains("\(process)"), "\(members)")
        kill(try await TestWait.supervisor(of: invocation), SIGINT)
        #expect(try await report.ending.reason == .cancelled)
        #expect(access(folder, F_OK) != 0)
    }

    private func record(of invocation: StepInvocation, _ shape: SandboxShape) async throws -> ExitReport {
        let (attempt, environment) = try AttemptFolder.make(for: invocation, host: .current(), shape: shape)
        let events = AttemptEvents()
        let process = try await SupervisorProcess.start(
            program: BuiltPrograms.supervisor,
            folder: invocation.attemptFolder,
            environment: environment,
            ended: { events.post(.ended) }
        )
        while await events.next() != .ended {}
        withExtendedLifetime(process) {}
        return try #require(ExitReport(layout: attempt.layout))
    }
}
