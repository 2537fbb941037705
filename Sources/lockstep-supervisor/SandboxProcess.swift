import CLinux
import Glibc
import LockstepJSON

/// The running bubblewrap, or the tool itself where there is no sandbox, and the descriptors that lead to it.
struct SandboxProcess {
    /// Bubblewrap's descriptor of its status documents; fixed by the runner's sandbox profile, as are the next ones.
    private static let statusDescriptor: Int32 = 3
    private static let optionsDescriptor: Int32 = 4
    private static let releaseDescriptor: Int32 = 5
    private static let firstFileDescriptor: Int32 = 6
    /// Above every descriptor that bubblewrap gets, so that none is overwritten before it is passed on.
    private static let lowestOwnDescriptor: Int32 = 1000

    let process: pid_t
    let output: Int32
    let errors: Int32
    let status: Int32
    /// Bubblewrap waits with the tool until a byte is written here.
    let release: Int32

    /// Starts bubblewrap, or the tool, with exactly this process's environment, default signals and nothing open but what it needs.
    ///
    /// - Parameter stdin: What the tool reads; belongs to this function.
    static func start(
        _ order: LaunchOrder,
        stdin: Int32,
        staging: Staging?
    ) throws(SupervisorFailure) -> SandboxProcess {
        var passed: [(from: Int32, to: Int32)] = []
        defer { for pair in passed { close(pair.from) } }
        func pass(_ descriptor: Int32, as number: Int32) throws(SupervisorFailure) {
            guard descriptor >= 0 else { throw SupervisorFailure("no descriptor is free", code: errno) }
            let copy = linux_duplicate_above(descriptor, lowestOwnDescriptor)
            close(descriptor)
            guard copy >= 0 else { throw SupervisorFailure("no descriptor is free", code: errno) }
            passed.append((copy, number))
        }
        try pass(stdin, as: 0)
        let output = try pipe(for: order.drop)
        try pass(output.write, as: 1)
        let errors = try pipe(for: order.drop)
        try pass(errors.write, as: 2)
        let status = try pipe(for: nil)
        try pass(status.write, as: statusDescriptor)
        let gate = try pipe(for: nil)
        // Opened for both directions: when this process dies unheard, the sandbox waits on instead of reading an end.
        try pass(open("/proc/self/fd/\(gate.read)", O_RDWR | O_CLOEXEC), as: releaseDescriptor)
        close(gate.read)
        let program: String
        let arguments: [String]
        if let sandbox = order.sandbox {
            try pass(try memoryFile(Array(sandbox.options.map { $0 + "\0" }.joined().utf8)), as: optionsDescriptor)
            for (index, item) in sandbox.files.enumerated() {
                try pass(try descriptor(of: item), as: firstFileDescriptor + Int32(index))
            }
            if !order.systemCallFilter.isEmpty {
                let number = firstFileDescriptor + Int32(sandbox.files.count)
                try pass(try memoryFile(order.systemCallFilter), as: number)
            }
            program = sandbox.program
            arguments = [program, "--args", String(optionsDescriptor), "--"] + order.command
        } else {
            try pass(try memoryFile(toolOrder(order)), as: optionsDescriptor)
            // The link leads to the program itself, also for a user who could not reach the folder that it is in.
            program = "/proc/self/exe"
            arguments = ["lockstep-supervisor", ToolStart.argument]
        }
        let process =
            if let staging {
                try staging.asSandboxUser { () throws(SupervisorFailure) in try spawn(program, arguments, passed) }
            } else {
                try spawn(program, arguments, passed)
            }
        return SandboxProcess(
            process: process,
            output: output.read,
            errors: errors.read,
            status: status.read,
            release: gate.write
        )
    }

    /// What ``ToolStart`` is told.
    private static func toolOrder(_ order: LaunchOrder) -> [UInt8] {
        var object = order.direct?.objectValue ?? [:]
        object["command"] = .array(order.command.map { .string($0) })
        if !order.systemCallFilter.isEmpty {
            let digits = Array("0123456789abcdef".utf8)
            let text = order.systemCallFilter.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
            object["system_call_filter"] = .string(String(decoding: text, as: UTF8.self))
        }
        return JSONWriter.bytes(.object(object))
    }

    /// Lets the tool start; called when the sandbox is written down, so that nothing runs that recovery could not find.
    func letToolStart() {
        var byte: UInt8 = 1
        _ = write(release, &byte, 1)
    }

    /// A pipe whose reading end does not block and holds 1 MiB where the system allows it.
    ///
    /// - Parameter user: Its owner, without which the tool could not open `/dev/stdout`.
    private static func pipe(for user: LaunchOrder.Drop?) throws(SupervisorFailure) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC) == 0 else { throw SupervisorFailure("no pipe can be made", code: errno) }
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        _ = linux_set_pipe_size(ends[0], 1 << 20)
        if let user { fchown(ends[1], user.uid, user.gid) }
        return (ends[0], ends[1])
    }

    /// A file that has gone meanwhile is an empty one.
    private static func descriptor(of item: LaunchOrder.File) throws(SupervisorFailure) -> Int32 {
        switch item {
        case .content(let text): return try memoryFile(Array(text.utf8))
        case .copy(let path):
            let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
            return file >= 0 ? file : try memoryFile([])
        }
    }

    private static func memoryFile(_ content: [UInt8]) throws(SupervisorFailure) -> Int32 {
        let file = linux_memory_file("lockstep")
        guard file >= 0 else { throw SupervisorFailure("no file in memory can be made", code: errno) }
        guard content.withUnsafeBytes({ writeAll($0, to: file) }), lseek(file, 0, SEEK_SET) == 0 else {
            throw SupervisorFailure("a file in memory cannot be written", code: errno)
        }
        return file
    }

    private static func spawn(
        _ program: String,
        _ arguments: [String],
        _ passed: [(from: Int32, to: Int32)]
    ) throws(SupervisorFailure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for pair in passed { posix_spawn_file_actions_adddup2(&actions, pair.from, pair.to) }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var vector = arguments.map { strdup($0) }
        vector.append(nil)
        defer { for argument in vector { free(argument) } }
        var process: pid_t = 0
        let code = posix_spawn(&process, program, &actions, &attributes, vector, environ)
        guard code == 0 else {
            throw SupervisorFailure(
                "\(program), which makes the sandbox, cannot be started (\(String(cString: strerror(code)))). "
                    + "Install it: apt-get install bubblewrap"
            )
        }
        return process
    }
}
