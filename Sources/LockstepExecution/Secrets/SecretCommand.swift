internal import CLinux
internal import Dispatch
internal import Glibc
package import LockstepModel

/// Asks a program of the operator's, such as `pass`, for a secret.
///
/// It runs outside the sandbox with the runner's own environment, because it needs the operator's keys. What it prints is
/// never repeated, not even its errors. Not Foundation's `Process`: such programs start daemons that keep what they inherit.
package enum SecretCommand {
    /// - Parameters:
    ///   - words: An argument vector; a program without a slash is looked for in the runner's PATH.
    ///   - seconds: After this time the program is ended.
    package static func value(of words: [String], within seconds: Int64 = 60) async throws(SecretProblem) -> SecretValue
    {
        let name = PlainText.escaped(words.first ?? "")
        let printed = await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: run(words, within: seconds)) }
        }
        switch printed {
        case .failure(let failure):
            throw SecretProblem("cannot be had: `\(name)` \(failure.message); run it by hand to see why")
        case .success(let bytes):
            do throws(SecretProblem) {
                return try SecretValue(bytes)
            } catch {
                throw SecretProblem("cannot be had: what `\(name)` prints \(error.message)")
            }
        }
    }

    /// Everything that a program prints; waits for its end, but not for programs that it leaves behind.
    private static func run(_ words: [String], within seconds: Int64) -> Result<[UInt8], SecretProblem> {
        var ends: [Int32] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC) == 0 else {
            return .failure(SecretProblem("found no free descriptor"))
        }
        defer { close(ends[0]) }
        // This end alone: programs do not expect that they cannot write.
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        let started = spawn(words, output: ends[1])
        close(ends[1])
        guard let process = started else { return .failure(SecretProblem("could not be started")) }
        var bytes: [UInt8] = []
        var status: Int32?
        var ticks = seconds * 20
        while status == nil {
            var descriptor = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
            let isReady = poll(&descriptor, 1, 50) > 0
            if isReady, descriptor.revents & Int16(POLLIN) == 0 { usleep(10_000) }
            if !isReady { ticks -= 1 }
            read(ends[0], into: &bytes)
            if ticks <= 0 || bytes.count > SecretValue.sizeLimit + 2 { kill(process, SIGKILL) }
            var code: Int32 = 0
            if waitpid(process, &code, WNOHANG) == process { status = code }
        }
        read(ends[0], into: &bytes)
        if ticks <= 0 { return .failure(SecretProblem("took more than \(seconds) s")) }
        if bytes.count > SecretValue.sizeLimit + 2 {
            return .failure(SecretProblem("printed more than \(ByteCount(Int64(SecretValue.sizeLimit)))"))
        }
        guard let status, status == 0 else {
            let code = status ?? 0
            let how = code & 0x7F == 0 ? "ended with code \(code >> 8 & 0xFF)" : "was ended by signal \(code & 0x7F)"
            return .failure(SecretProblem(how))
        }
        return .success(bytes)
    }

    private static func read(_ descriptor: Int32, into bytes: inout [UInt8]) {
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count <= SecretValue.sizeLimit + 2 {
            let count = piece.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            bytes += piece[..<count]
        }
    }

    private static func spawn(_ words: [String], output: Int32) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var vector = words.map { strdup($0) } + [nil]
        defer { for word in vector { free(word) } }
        var process: pid_t = 0
        guard let program = words.first,
            posix_spawnp(&process, program, &actions, &attributes, &vector, environ) == 0
        else { return nil }
        return process
    }
}
