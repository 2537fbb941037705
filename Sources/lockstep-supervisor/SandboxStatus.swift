import Glibc
import LockstepJSON

/// What bubblewrap says of itself on its status descriptor: one JSON document a line.
struct SandboxStatus {
    /// The namespace's first process, as this side sees it.
    private(set) var firstProcess: pid_t?
    /// The inode of the process namespace; recovery finds survivors by it.
    private(set) var processNamespace: Int64?
    /// 128 and more stand for signals; nil means that the tool never ran.
    private(set) var exitCode: Int32?

    /// Why a tool without sandbox was not started.
    private(set) var failure: String?

    init() {}

    /// The status of a tool that is started without bubblewrap.
    init(tool: pid_t) { firstProcess = tool }

    private var pending: [UInt8] = []

    /// Takes what is there to read; false at the end.
    mutating func take(from descriptor: Int32) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count == 0 { return false }
            if count < 0 {
                if errno == EINTR { continue }
                return errno == EAGAIN
            }
            pending += buffer[..<count]
            while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                note(pending[..<end])
                pending.removeSubrange(...end)
            }
        }
    }

    private mutating func note(_ line: ArraySlice<UInt8>) {
        guard let json = try? JSONValue(parsing: line) else { return }
        // Once only: what is signalled hangs on it.
        if firstProcess == nil, let process = json["child-pid"]?.integerValue {
            firstProcess = pid_t(clamping: process)
            processNamespace = json["pid-namespace"]?.integerValue
        }
        if let text = json["failure"]?.stringValue { failure = text }
        if let code = json["exit-code"]?.integerValue { exitCode = Int32(clamping: code) }
    }
}
