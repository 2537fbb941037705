import Glibc
import LockstepJSON

/// What `launch.json` asks for.
struct LaunchOrder {
    /// A host path that the sandbox's user may not be able to reach, shown to it at `<staging>/<name>`.
    struct Bind {
        let source: String
        let name: String
        /// The sandbox's user becomes its owner.
        let isWritable: Bool
    }

    /// How a supervisor that is root gives up its power over the sandbox.
    struct Drop {
        let uid: UInt32
        let gid: UInt32
        /// A folder that anyone may enter; a small file system with the binds covers it, for this step only.
        let staging: String
        let binds: [Bind]
    }

    let attemptID: String
    /// Absolute path of bubblewrap.
    let sandboxProgram: String
    /// Bubblewrap's options, passed through a descriptor so that the sandbox cannot read the host's paths in its pid 1.
    let sandboxOptions: [String]
    /// The argument vector inside the sandbox.
    let command: [String]
    /// Contents of small files, passed as descriptors 6, 7, and so on.
    let files: [String]
    /// The system calls that the step may not make, as a program for the kernel; passed behind the files.
    let systemCallFilter: [UInt8]
    let wallMilliseconds: Int64
    let graceMilliseconds: Int64
    /// What all processes together may hold in memory.
    let memoryBytes: Int64
    /// What the work folder may hold.
    let workBytes: Int64
    let workFiles: Int64
    /// The most that is kept of each log.
    let logBytes: Int64
    /// The line that ends a log that was cut.
    let logNotice: String
    let sandboxLevel: String
    /// The environment variables that hold secrets; their values stand in no file.
    let secrets: [String]
    /// Nil when the runner was not root.
    let drop: Drop?

    /// Reads and checks the file; anything missing is named.
    init(folder: Int32) throws(SupervisorFailure) {
        let json: JSONValue
        do {
            json = try JSONValue(parsing: try readFile("launch.json", in: folder))
        } catch let error as JSONSyntaxError {
            throw SupervisorFailure("launch.json is not JSON: \(error.message) at byte \(error.offset)")
        } catch {
            throw error as? SupervisorFailure ?? SupervisorFailure("launch.json cannot be read")
        }
        attemptID = try Self.text("attempt_id", of: json)
        sandboxProgram = try Self.text("sandbox_program", of: json)
        sandboxOptions = try Self.list("sandbox_options", of: json)
        command = try Self.list("command", of: json)
        files = try Self.list("files", of: json)
        systemCallFilter = try Self.bytes("system_call_filter", of: json)
        wallMilliseconds = try Self.number("wall_ms", of: json)
        graceMilliseconds = try Self.number("grace_ms", of: json)
        memoryBytes = try Self.number("memory_bytes", of: json)
        workBytes = try Self.number("work_bytes", of: json)
        workFiles = try Self.number("work_files", of: json)
        logBytes = try Self.number("log_bytes", of: json)
        logNotice = try Self.text("log_notice", of: json)
        sandboxLevel = try Self.text("sandbox_level", of: json)
        secrets = json["secrets"] == nil ? [] : try Self.list("secrets", of: json)
        if let drop = json["drop"] {
            var binds: [Bind] = []
            for bind in drop["binds"]?.arrayValue ?? [] {
                binds.append(
                    Bind(
                        source: try Self.text("source", of: bind),
                        name: try Self.text("name", of: bind),
                        isWritable: bind["writable"]?.boolValue ?? false
                    )
                )
            }
            guard let uid = UInt32(exactly: try Self.number("uid", of: drop)),
                let gid = UInt32(exactly: try Self.number("gid", of: drop)), uid != 0
            else { throw SupervisorFailure("launch.json names no uid to drop to") }
            self.drop = Drop(uid: uid, gid: gid, staging: try Self.text("staging", of: drop), binds: binds)
        } else {
            drop = nil
        }
    }

    private static func text(_ name: String, of json: JSONValue) throws(SupervisorFailure) -> String {
        guard let text = json[name]?.stringValue, !text.utf8.contains(0) else {
            throw SupervisorFailure("launch.json has no text `\(name)`")
        }
        return text
    }

    /// Bytes as hexadecimal digits; never empty.
    private static func bytes(_ name: String, of json: JSONValue) throws(SupervisorFailure) -> [UInt8] {
        let digits = Array(try text(name, of: json).utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count - 1, by: 2) {
            guard let high = digitValue(digits[index]), let low = digitValue(digits[index + 1]) else { break }
            bytes.append(high << 4 | low)
        }
        guard !bytes.isEmpty, bytes.count * 2 == digits.count else {
            throw SupervisorFailure("`\(name)` in launch.json holds something that is not hexadecimal")
        }
        return bytes
    }

    private static func digitValue(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func number(_ name: String, of json: JSONValue) throws(SupervisorFailure) -> Int64 {
        guard let number = json[name]?.integerValue, number >= 0 else {
            throw SupervisorFailure("launch.json has no number `\(name)`")
        }
        return number
    }

    private static func list(_ name: String, of json: JSONValue) throws(SupervisorFailure) -> [String] {
        guard let items = json[name]?.arrayValue else { throw SupervisorFailure("launch.json has no list `\(name)`") }
        var texts: [String] = []
        for item in items {
            guard let text = item.stringValue, !text.utf8.contains(0) else {
                throw SupervisorFailure("`\(name)` in launch.json holds something that is not text")
            }
            texts.append(text)
        }
        return texts
    }
}
