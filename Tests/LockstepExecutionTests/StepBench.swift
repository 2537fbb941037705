import Glibc
import LockstepJSON
import LockstepModel
import LockstepStore
import Synchronization

@testable import LockstepExecution

/// A temporary place in which single steps run for real; it goes away with the last reference.
final class StepBench: Sendable {
    let folder: String
    let blobs: BlobStore
    let executor: LocalStepExecutor
    private let counter = Atomic<Int>(0)
    /// libmagic's database is read once for all tests.
    private static let mediaTypes = LazyMediaTypes()

    /// - Parameter parent: Where the place is made; an existing folder.
    init(
        parent: String = "/tmp",
        host: SandboxHost = .current(),
        supervisor: String = BuiltPrograms.supervisor,
        graceMilliseconds: Int64 = 1500
    ) throws {
        folder = "\(parent)/lockstep-\(UInt64.random(in: 0...UInt64.max))"
        mkdir(folder, 0o755)
        blobs = try BlobStore(root: folder + "/assets")
        executor = LocalStepExecutor(
            supervisor: supervisor,
            blobs: blobs,
            mediaTypes: Self.mediaTypes,
            host: host,
            graceMilliseconds: graceMilliseconds
        )
    }

    deinit { try? FolderRemoval.remove(folder) }

    func invocation(_ command: [String], outputs: [Output] = []) -> StepInvocation {
        let number = counter.add(1, ordering: .relaxed).newValue
        return StepInvocation(
            attemptID: AttemptID("att_\(number)"),
            jobID: JobID("job_1"),
            stepID: StepID("first"),
            attemptFolder: "\(folder)/attempt-\(number)",
            command: command,
            outputs: outputs
        )
    }

    /// Runs `sh -c script`.
    func shell(_ script: String, outputs: [Output] = []) async throws -> StepOutcome {
        try await run(invocation(["sh", "-c", script], outputs: outputs))
    }

    func run(_ invocation: StepInvocation, stop: StopSignal = StopSignal()) async throws -> StepOutcome {
        try await executor.run(invocation, stop: stop) { _ in }
    }

    /// Runs `sh -c script` and gives back its standard output, whole.
    func output(_ script: String, change: (inout StepInvocation) -> Void = { _ in }) async throws -> String {
        var invocation = invocation(["sh", "-c", script], outputs: [.stdout])
        change(&invocation)
        let outcome = try await run(invocation)
        if let failure = outcome.failure { throw TestFailure(message: failure.message) }
        guard case .value(.string(let text))? = outcome.outputs["out"] else { throw TestFailure(message: "no output") }
        return text
    }

    func write(_ text: String, to name: String, mode: mode_t = 0o644) throws -> String {
        let path = "\(folder)/\(name)"
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard file >= 0 else { throw TestFailure(message: "cannot write \(path)") }
        _ = Array(text.utf8).withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
        close(file)
        if mode & 0o111 != 0 { Self.waitUntilNobodyWrites(path) }
        return path
    }

    /// The kernel runs no program that is open for writing, and a child that another test is just starting holds a copy.
    private static func waitUntilNobodyWrites(_ path: String) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        // F_SETLEASE of fcntl(2), which Glibc's module leaves out: given for reading when nobody has the file open for writing.
        let setLease: Int32 = 1024
        for _ in 0..<1000 where fcntl(file, setLease, F_RDLCK) != 0 && errno == EAGAIN { usleep(1000) }
        _ = fcntl(file, setLease, F_UNLCK)
    }
}

struct TestFailure: Error {
    let message: String
}

extension Output {
    static let stdout = Output(name: "out", source: .stream(.stdout, .text), schema: .of(.string))

    static func file(_ path: String, isOptional: Bool = false) -> Output {
        Output(name: "file", source: .path(path), schema: .of(.file), isOptional: isOptional)
    }
}

extension ValueSchema {
    static func of(_ type: ValueType) -> ValueSchema {
        var schema = ValueSchema()
        schema.types = [type]
        return schema
    }
}

/// Programs of this package in the folder that the tests were built into.
enum BuiltPrograms {
    static let supervisor: String = {
        let maps = String(decoding: SmallFile.read("/proc/self/maps", limit: 1 << 24) ?? [], as: UTF8.self)
        let bundle = maps.split(separator: "\n").first { $0.hasSuffix(".xctest") }
        guard let bundle, let start = bundle.firstIndex(of: "/"), let end = bundle.lastIndex(of: "/") else {
            return "/lockstep-supervisor-not-found"
        }
        return "\(bundle[start..<end])/lockstep-supervisor"
    }()
}
