import Testing

@testable import LockstepExecution

/// What keeps a machine from making sandboxes, as its files say it.
struct SandboxObstaclesTests {
    private func remedies(_ files: [String: String], isRoot: Bool = false) -> [String] {
        SandboxObstacles(isRoot: isRoot) { files[$0] }.remedies
    }

    @Test(arguments: [
        ("/proc/sys/kernel/unprivileged_userns_clone", "0\n", "sysctl -w kernel.unprivileged_userns_clone=1"),
        ("/proc/sys/user/max_user_namespaces", "0\n", "sysctl -w user.max_user_namespaces=10000"),
        ("/proc/sys/user/max_net_namespaces", "0\n", "sysctl -w user.max_net_namespaces=10000"),
        ("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n", "a profile with `userns,`"),
        ("/proc/self/status", "Name:\tx\nSeccomp:\t2\n", "--security-opt seccomp=unconfined"),
        ("/proc/self/mountinfo", "9 8 0:5 / /proc/kcore rw - tmpfs tmpfs rw\n", "systempaths=unconfined"),
        ("/.dockerenv", "", "--security-opt apparmor=unconfined"),
    ])
    func `each obstacle has its remedy`(path: String, text: String, remedy: String) {
        let ways = remedies([path: text])
        #expect(ways.count == 1 && ways.first?.contains(remedy) == true, "\(ways)")
    }

    @Test func `root without the right to mount is told how to get it`() {
        let status = "CapEff:\t00000000a80425fb\n"
        #expect(remedies(["/proc/self/status": status], isRoot: true).first?.contains("--cap-add SYS_ADMIN") == true)
        #expect(remedies(["/proc/self/status": "CapEff:\t000001ffffffffff\n"], isRoot: true).count == 2)
    }

    @Test func `settings that are as they should be are no obstacle, and general advice is given`() {
        let ways = remedies([
            "/proc/sys/kernel/unprivileged_userns_clone": "1\n", "/proc/sys/user/max_user_namespaces": "96365\n",
            "/proc/self/status": "Seccomp:\t0\n",
            "/proc/self/mountinfo": "9 8 0:5 / /proc/sys/fs/binfmt_misc rw - autofs systemd-1 rw\n",
        ])
        #expect(ways.first == "apt-get install bubblewrap")
    }
}
