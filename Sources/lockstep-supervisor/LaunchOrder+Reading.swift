import LockstepJSON

/// How the members of `launch.json` are read; what is not as it must be is named.
extension LaunchOrder {
    static func text(_ name: String, of json: JSONValue) throws(SupervisorFailure) -> String {
        guard let text = json[name]?.stringValue, !text.utf8.contains(0) else {
            throw SupervisorFailure("launch.json has no text `\(name)`")
        }
        return text
    }

    /// Bytes as hexadecimal digits; never empty.
    static func bytes(_ name: String, of json: JSONValue) throws(SupervisorFailure) -> [UInt8] {
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

    static func number(_ name: String, of json: JSONValue) throws(SupervisorFailure) -> Int64 {
        guard let number = json[name]?.integerValue, number >= 0 else {
            throw SupervisorFailure("launch.json has no number `\(name)`")
        }
        return number
    }

    static func list(_ name: String, of json: JSONValue) throws(SupervisorFailure) -> [String] {
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

extension LaunchOrder.Drop {
    init(json: JSONValue) throws(SupervisorFailure) {
        var binds: [LaunchOrder.Bind] = []
        for bind in json["binds"]?.arrayValue ?? [] {
            binds.append(
                LaunchOrder.Bind(
                    source: try LaunchOrder.text("source", of: bind),
                    name: try LaunchOrder.text("name", of: bind),
                    isWritable: bind["writable"]?.boolValue ?? false
                )
            )
        }
        guard let uid = UInt32(exactly: try LaunchOrder.number("uid", of: json)),
            let gid = UInt32(exactly: try LaunchOrder.number("gid", of: json)), uid != 0
        else { throw SupervisorFailure("launch.json names no uid to drop to") }
        self.init(
            uid: uid,
            gid: gid,
            staging: try LaunchOrder.text("staging", of: json),
            binds: binds,
            unneeded: try LaunchOrder.list("unneeded", of: json)
        )
    }
}

extension LaunchOrder.Sandbox {
    init(json: JSONValue) throws(SupervisorFailure) {
        guard let items = json["files"]?.arrayValue else { throw SupervisorFailure("launch.json has no list `files`") }
        var files: [LaunchOrder.File] = []
        for item in items {
            if let text = item.stringValue {
                files.append(.content(text))
            } else {
                files.append(.copy(of: try LaunchOrder.text("copy_of", of: item)))
            }
        }
        self.init(
            program: try LaunchOrder.text("sandbox_program", of: json),
            options: try LaunchOrder.list("sandbox_options", of: json),
            files: files
        )
    }
}

extension LaunchOrder.Group {
    init(json: JSONValue) throws(SupervisorFailure) {
        func counter(_ name: String) throws(SupervisorFailure) -> LaunchOrder.Counter? {
            guard let json = json[name] else { return nil }
            let (file, key) = (try LaunchOrder.text("file", of: json), try LaunchOrder.text("key", of: json))
            return LaunchOrder.Counter(file: file, key: key, least: json["at_least"]?.integerValue ?? 1)
        }
        folder = try LaunchOrder.text("folder", of: json)
        var settings: [LaunchOrder.Setting] = []
        for setting in json["settings"]?.arrayValue ?? [] {
            settings.append(
                LaunchOrder.Setting(
                    file: try LaunchOrder.text("file", of: setting),
                    value: try LaunchOrder.text("value", of: setting),
                    isRequired: setting["required"]?.boolValue ?? true
                )
            )
        }
        self.settings = settings
        outOfMemoryKills = try counter("oom_kills")
        limitHits = try counter("limit_hits")
        refusedProcesses = try counter("refused_processes")
        peak = try counter("peak")
    }
}
