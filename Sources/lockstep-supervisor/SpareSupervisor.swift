import Glibc

/// A supervisor that was started before its attempt is known, and waits to be told.
///
/// Usage: `lockstep-supervisor --wait <room>`, where the second argument is as long as the attempt folder's path may get: the path is
/// written over it, so that whoever looks at the process finds the folder where it always is, in the last argument.
struct SpareSupervisor {
    /// The argument that makes the program do this.
    static let argument = "--wait"

    private let signals: SignalQueue

    init(signals: SignalQueue) { self.signals = signals }

    /// Waits for the attempt on standard input and puts its environment in force.
    ///
    /// The text is a count, the attempt folder and `NAME=VALUE` for each variable, all ended by NUL; the count is that of the others.
    ///
    /// - Returns: The attempt folder; nil when the runner has gone without a word, or when this process is asked to end.
    func wait() -> String? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            var descriptors = [
                pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
                pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&descriptors, 2, -1) > 0 || errno == EINTR else { return nil }
            // Left to the attempt when it has come: its runner wants it to stop then.
            if descriptors[0].revents == 0, descriptors[1].revents != 0 { return nil }
            guard descriptors[0].revents != 0 else { continue }
            let count = read(STDIN_FILENO, &buffer, buffer.count)
            if count > 0 { bytes += buffer[..<count] }
            if count == 0 { break }
            if count < 0, errno != EINTR { return nil }
        }
        return Self.begin(bytes)
    }

    private static func begin(_ bytes: [UInt8]) -> String? {
        guard bytes.last == 0 else { return nil }
        let parts = bytes.dropLast().split(separator: 0, omittingEmptySubsequences: false)
        guard let first = parts.first, Int(String(decoding: first, as: UTF8.self)) == parts.count - 1, parts.count > 1
        else { return nil }
        let folder = Array(parts[1])
        guard showFolder(folder) else { return nil }
        clearenv()
        for variable in parts[2...] {
            guard let end = variable.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let name = String(decoding: variable[..<end], as: UTF8.self)
            setenv(name, String(decoding: variable[(end + 1)...], as: UTF8.self), 1)
        }
        return String(decoding: folder, as: UTF8.self)
    }

    /// False when there is too little room.
    private static func showFolder(_ folder: [UInt8]) -> Bool {
        guard CommandLine.argc == 3, let room = CommandLine.unsafeArgv[2] else { return false }
        let size = strlen(room)
        guard folder.count <= size else { return false }
        memset(room, 0, size)
        folder.withUnsafeBytes { bytes in
            if let start = bytes.baseAddress { memcpy(room, start, bytes.count) }
        }
        return true
    }
}
