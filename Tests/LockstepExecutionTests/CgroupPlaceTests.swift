import LockstepJSON
import LockstepModel
import Testing

@testable import LockstepExecution

/// Where control groups can be made, as the kernel's own files say it.
struct CgroupPlaceTests {
    private static let first = """
        31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
        35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:5 - cgroup cgroup rw,memory
        39 31 0:36 / /sys/fs/cgroup/my\\040pids rw,relatime - cgroup cgroup rw,pids,misc
        41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
        """

    @Test func `the groups of this process are found in every hierarchy`() {
        let membership = "8:pids,misc:/\n4:memory:/user/a:b\n3:name=systemd:/\n0::/user.slice\n"
        let mounts = CgroupMount.all(mounts: Self.first, membership: membership)
        #expect(
            mounts.map(\.ownFolder) == [
                "/sys/fs/cgroup/memory/user/a:b", "/sys/fs/cgroup/my pids", "/sys/fs/cgroup/unified/user.slice",
            ]
        )
        #expect(mounts.map(\.version) == [1, 1, 2])
    }

    @Test func `a mount that shows a part of the hierarchy is taken as such`() {
        let mount = "35 31 0:32 /docker/abc /sys/fs/cgroup rw - cgroup2 cgroup rw"
        #expect(
            CgroupMount.all(mounts: mount, membership: "0::/docker/abc/x\n").map(\.ownFolder) == ["/sys/fs/cgroup/x"]
        )
        #expect(CgroupMount.all(mounts: mount, membership: "0::/docker/abc\n").map(\.ownFolder) == ["/sys/fs/cgroup"])
        #expect(CgroupMount.all(mounts: mount, membership: "0::/\n").map(\.ownFolder) == ["/sys/fs/cgroup"])
    }

    @Test func `what is missing is named, with the remedy`() throws {
        do throws(ExecutionError) {
            _ = try CgroupPlace.find([])
            Issue.record("found something")
        } catch {
            #expect(error.code == .sandboxUnavailable)
            #expect(error.message.contains("the controller memory is in no cgroup file system that is mounted"))
            #expect(error.message.contains("the controller pids"))
            #expect(error.message.contains("systemd-run --user --scope -p Delegate=yes"))
            #expect(error.message.contains("--sandbox full"))
        }
        let path = "/nowhere/cgroup"
        let mount = CgroupMount(version: 1, controllers: ["memory"], ownFolder: path, mountPoint: path)
        do throws(ExecutionError) {
            _ = try CgroupPlace.find([mount])
            Issue.record("found something")
        } catch {
            #expect(error.message.contains("the controller memory may not be used below /nowhere/cgroup"), "\(error)")
        }
    }

    @Test func `the limits are written into the files of either version`() {
        let limits = ResourceLimits(memory: .mebibytes(1), processes: 7)
        func orders(_ version: Int) -> [JSONValue] {
            let parent = CgroupPlace.Parent(folder: "/cg", version: version, controllers: ["memory", "pids"])
            let layout = AttemptLayout(folder: "/state/attempts/job_1/1-first-1")
            return CgroupPlace(parents: [parent]).orders(for: layout, limits: limits).arrayValue ?? []
        }
        func settings(_ version: Int) -> [String] {
            (orders(version).first?["settings"]?.arrayValue ?? []).map { setting in
                let isRequired = setting["required"]?.boolValue == true
                return "\(setting["file"]?.stringValue ?? "") \(setting["value"]?.stringValue ?? "") \(isRequired)"
            }
        }
        #expect(orders(1).first?["folder"] == "/cg/lockstep-job_1-1-first-1")
        #expect(
            settings(1) == [
                "memory.limit_in_bytes 1048576 true", "memory.memsw.limit_in_bytes 1048576 false", "pids.max 8 true",
            ]
        )
        #expect(
            settings(2) == [
                "memory.max 1048576 true", "memory.swap.max 0 false", "memory.oom.group 1 false", "pids.max 8 true",
            ]
        )
    }
}
