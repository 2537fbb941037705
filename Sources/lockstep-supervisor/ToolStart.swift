import CLinux
import Glibc
import LockstepJSON

/// The last moments before a tool that gets no sandbox: this program, started once more, becomes the tool.
///
/// Descriptor 3 takes what went wrong, 4 holds the order, and a byte on 5 lets the tool begin.
enum ToolStart {
    /// The argument that makes the program do this.
    static let argument = "--start-tool"
    private static let (report, order, gate): (Int32, Int32, Int32) = (3, 4, 5)

    /// - Returns: Never, but for the exit status when the tool could not be started.
    static func run() -> Int32 {
        restoreSignals()
        _ = linux_die_with_parent()
        _ = linux_close_on_exec_from(3)
        setsid()
        do throws(SupervisorFailure) {
            let command = try prepare()
            var vector = command.map { strdup($0) }
            vector.append(nil)
            if let program = vector[0] { execvp(program, vector) }
            let code = errno
            let name = command.first ?? ""
            printToStandardError("lockstep-supervisor: failed to execute \(name): \(String(cString: strerror(code)))")
            return code == ENOENT ? 127 : 126
        } catch {
            let text = JSONWriter.bytes(.object(["failure": .string(error.message)])) + [UInt8(ascii: "\n")]
            _ = text.withUnsafeBytes { writeAll($0, to: report) }
            return 125
        }
    }

    /// Puts everything in force; the filter of system calls last, because it might refuse what comes before.
    private static func prepare() throws(SupervisorFailure) -> [String] {
        guard let json = try? JSONValue(parsing: readAll(order)),
            let command = json["command"]?.arrayValue?.compactMap(\.stringValue), !command.isEmpty
        else { throw SupervisorFailure("the order to start the tool cannot be read") }
        var byte: UInt8 = 0
        guard read(gate, &byte, 1) == 1 else { throw SupervisorFailure("the supervisor has gone") }
        let folder = try LaunchOrder.text("folder", of: json)
        guard chdir(folder) == 0 else { throw SupervisorFailure("\(folder) cannot be entered", code: errno) }
        try limit(RLIMIT_NOFILE, to: try LaunchOrder.number("open_files", of: json))
        try limit(RLIMIT_FSIZE, to: try LaunchOrder.number("file_size", of: json))
        try limit(RLIMIT_CORE, to: 0)
        for pair in json["environment"]?.arrayValue ?? [] {
            guard let name = pair.arrayValue?.first?.stringValue, let value = pair.arrayValue?.last?.stringValue
            else { continue }
            setenv(name, value, 1)
        }
        guard json["gives_up_privileges"]?.boolValue == true else { return command }
        guard linux_give_up_new_privileges() == 0 else {
            throw SupervisorFailure("new privileges cannot be given up", code: errno)
        }
        guard json["system_call_filter"] != nil else { return command }
        let filter = try LaunchOrder.bytes("system_call_filter", of: json)
        let code = filter.withUnsafeBytes { linux_filter_system_calls($0.baseAddress, UInt16(clamping: $0.count / 8)) }
        guard code == 0 else { throw SupervisorFailure("the filter of system calls is refused", code: errno) }
        return command
    }

    private static func readAll(_ descriptor: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = read(descriptor, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
        return bytes
    }

    /// A lower limit that is in force already stays.
    private static func limit(_ resource: __rlimit_resource, to value: Int64) throws(SupervisorFailure) {
        let number = __rlimit_resource_t(resource.rawValue)
        var limit = rlimit()
        guard getrlimit(number, &limit) == 0 else { throw SupervisorFailure("a limit cannot be read", code: errno) }
        limit.rlim_max = min(limit.rlim_max, rlim_t(value))
        limit.rlim_cur = limit.rlim_max
        guard setrlimit(number, &limit) == 0 else { throw SupervisorFailure("a limit cannot be set", code: errno) }
    }

    /// Undoes what ``SignalQueue`` set for the supervisor.
    private static func restoreSignals() {
        for number in [SIGPIPE, SIGHUP, SIGCHLD] { signal(number, SIG_DFL) }
        var none = sigset_t()
        sigemptyset(&none)
        sigprocmask(SIG_SETMASK, &none, nil)
    }
}
