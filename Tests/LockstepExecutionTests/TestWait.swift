import Foundation
import Glibc
import LockstepJSON

@testable import LockstepExecution

/// Waiting in tests for what other processes do; everything has an end.
enum TestWait {
    /// Tries until there is a value; gives up after two minutes.
    static func value<Value>(_ find: () -> Value?) async throws -> Value {
        for _ in 0..<12_000 {
            if let value = find() { return value }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw TestFailure(message: "waited two minutes in vain")
    }

    /// The host's number of the first process in a running step's sandbox.
    static func sandboxProcess(of invocation: StepInvocation) async throws -> pid_t {
        pid_t(try await lockNumber("sandbox_pid", of: invocation))
    }

    static func supervisor(of invocation: StepInvocation) async throws -> pid_t {
        pid_t(try await lockNumber("pid", of: invocation))
    }

    private static func lockNumber(_ name: String, of invocation: StepInvocation) async throws -> Int64 {
        let path = AttemptLayout(folder: invocation.attemptFolder).lock
        return try await value {
            SmallFile.read(path).flatMap { try? JSONValue(parsing: $0) }?[name]?.integerValue
        }
    }

    /// Until the tool has made a file in its work folder.
    static func file(_ name: String, of invocation: StepInvocation) async throws {
        try await value { access("\(invocation.attemptFolder)/work/\(name)", F_OK) == 0 ? () : nil }
    }

    /// The living processes of a process group, as `ps` would list them.
    static func processes(inGroup group: pid_t) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { name in
            guard pid_t(name) != nil, let bytes = SmallFile.read("/proc/\(name)/stat") else { return nil }
            let stat = String(decoding: bytes, as: UTF8.self)
            let fields = stat.split(separator: ") ").last?.split(separator: " ") ?? []
            return fields.count > 3 && fields[0] != "Z" && fields[2] == "\(group)" ? stat : nil
        }
    }

    static func isAlive(_ process: pid_t) -> Bool {
        let stat = String(decoding: SmallFile.read("/proc/\(process)/stat") ?? [], as: UTF8.self)
        return !stat.isEmpty && !stat.contains(") Z ")
    }
}
