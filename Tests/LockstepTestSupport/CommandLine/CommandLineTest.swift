internal import Foundation

/// A test of the real program: files, then arguments, then what came out.
///
/// ```swift
/// let test = try CommandLineTest().file("workflows/greet.yaml", "…")
/// let run = try await test.run("run", "workflow", "greet")
/// #expect(run.status == 0, "\(run)")
/// ```
///
/// The folder disappears with the last reference to the test.
package final class CommandLineTest: Sendable {
    /// Absolute path of the folder that the program runs in.
    package let folder: String
    private let scratch: String
    private let program: String

    package init() throws {
        let name = "lockstep-test-\(UInt64.random(in: 0...UInt64.max))"
        let base = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent(name)
        folder = base.appendingPathComponent("project").path
        scratch = base.appendingPathComponent("scratch").path
        program = try BuiltProgram.path()
        for path in [folder, scratch] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
    }

    deinit {
        let base = URL(fileURLWithPath: folder).deletingLastPathComponent()
        try? FileManager.default.removeItem(at: base)
    }

    /// Writes a file, and the folders above it.
    @discardableResult
    package func file(_ path: String, _ content: String, mode: Int = 0o644) throws -> CommandLineTest {
        let url = URL(fileURLWithPath: folder).appendingPathComponent(path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(content.utf8).write(to: url)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: url.path)
        return self
    }

    /// The content of a file; nil when there is none.
    package func content(_ path: String) -> String? {
        let url = URL(fileURLWithPath: path, relativeTo: URL(fileURLWithPath: folder, isDirectory: true))
        return (try? Data(contentsOf: url)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Runs `lockstep` in the folder to its end.
    package func run(_ arguments: String..., environment: [String: String] = [:]) async throws -> CommandResult {
        try await start(arguments, environment: environment).result()
    }

    /// Starts `lockstep` in the folder.
    package func start(_ arguments: [String], environment: [String: String] = [:]) throws -> RunningProgram {
        try launch([program] + arguments, environment: environment)
    }

    /// Starts the shell in the folder, in which `$LOCKSTEP` is the program.
    package func start(shell arguments: [String]) throws -> RunningProgram {
        try launch(["/bin/sh"] + arguments, environment: [:])
    }

    /// Runs a shell command in the folder, in which `$LOCKSTEP` is the program.
    package func shell(_ command: String, environment: [String: String] = [:]) async throws -> CommandResult {
        try await launch(["/bin/sh", "-c", command], environment: environment).result()
    }

    private func launch(_ words: [String], environment: [String: String]) throws -> RunningProgram {
        var variables = [
            "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": folder, "LANG": "C.UTF-8", "LOCKSTEP": program,
        ]
        variables.merge(environment) { $1 }
        return try RunningProgram(words, folder: folder, environment: variables, scratch: scratch, owner: self)
    }
}

/// Looks again and again until something is so.
///
/// - Returns: Whether it became so within the limit.
package func eventually(within limit: Duration = .seconds(120), _ condition: () async throws -> Bool) async rethrows
    -> Bool
{
    let clock = ContinuousClock()
    let end = clock.now + limit
    while clock.now < end {
        if try await condition() { return true }
        try? await Task.sleep(for: .milliseconds(50))
    }
    return try await condition()
}
