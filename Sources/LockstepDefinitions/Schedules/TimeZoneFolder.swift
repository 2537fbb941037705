package import LockstepModel
internal import Synchronization

/// The machine's time zones: TZif files in a folder, each read once.
///
/// `UTC` needs no file. A machine that installs newer data is seen by the next program that starts.
package final class TimeZoneFolder: Sendable {
    /// Why a zone cannot be had.
    package enum Failure: Error, Sendable, Hashable {
        case unknown(UnknownZone)
        /// There is no folder of time zones at all; it is named.
        case noData(String)
        /// The file is there and is of no use.
        case unreadable(name: String, reason: String)
    }

    /// The folder in which Linux distributions put them.
    package static let system = TimeZoneFolder(path: "/usr/share/zoneinfo")

    private let path: String
    private let zones = Mutex<[String: ScheduleZone]>(["UTC": .utc])
    /// For what is said about a name that is none; some hundred files are looked into to find them.
    private let found = Mutex<[String]>([])

    package init(path: String) {
        self.path = path
    }

    /// The zone of an IANA name; case counts, as it does for the machine.
    package func zone(named name: String) throws(Failure) -> ScheduleZone {
        if let known = zones.withLock({ $0[name] }) { return known }
        let zone = try read(name)
        zones.withLock { $0[name] = zone }
        return zone
    }

    /// All names, in order: every file below the folder that begins as a time zone does; one may be broken all the same.
    package var names: [String] {
        var names = ["UTC"]
        func look(in folder: String, below prefix: String, depth: Int) {
            for name in SourceFile.names(in: folder) where Self.isPart(name) {
                let file = "\(folder)/\(name)"
                if SourceFile.isFolder(file) {
                    // These two hold all zones once more; the second one counts leap seconds.
                    guard depth < 3, !(prefix.isEmpty && ["posix", "right"].contains(name)) else { continue }
                    look(in: file, below: "\(prefix)\(name)/", depth: depth + 1)
                } else if !Self.others.contains(name), (try? SourceFile.read(file))?.starts(with: "TZif".utf8) ?? false
                {
                    names.append(prefix + name)
                }
            }
        }
        look(in: path, below: "", depth: 0)
        return Set(names).sorted()
    }

    /// Files that are time zones under names that say nothing.
    private static let others: Set<String> = ["localtime", "posixrules", "Factory"]

    private func read(_ name: String) throws(Failure) -> ScheduleZone {
        guard SourceFile.isFolder(path) else { throw .noData(path) }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard name.utf8.count <= 100, parts.allSatisfy({ Self.isPart(String($0)) }), parts.count <= 3,
            !Self.others.contains(name), !["posix", "right"].contains(parts[0])
        else { throw unknown(name) }
        let bytes: [UInt8]
        do {
            bytes = try SourceFile.read("\(path)/\(name)")
        } catch {
            guard case .unreadable(let reason) = error, !SourceFile.isFolder("\(path)/\(name)") else {
                throw unknown(name)
            }
            throw .unreadable(name: name, reason: reason)
        }
        guard bytes.starts(with: "TZif".utf8) else { throw unknown(name) }
        do {
            return try ScheduleZone(name: name, tzif: bytes)
        } catch {
            throw .unreadable(name: name, reason: error.reason)
        }
    }

    private func unknown(_ name: String) -> Failure {
        var names = found.withLock { $0 }
        if names.count <= 1 {
            names = self.names
            found.withLock { [names] in $0 = names }
        }
        // A folder with nothing in it is as good as none.
        return names.count > 1 ? .unknown(UnknownZone(name: name, known: names)) : .noData(path)
    }

    /// Whether a part of a name can be one: never `..`, never something that is hidden.
    private static func isPart(_ part: String) -> Bool {
        guard let first = part.utf8.first, first != UInt8(ascii: "."), first != UInt8(ascii: "-") else { return false }
        return part.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "-"): true
            default: false
            }
        }
    }
}

extension TimeZoneFolder.Failure: CustomStringConvertible {
    /// What is wrong and what to do.
    package var description: String {
        switch self {
        case .unknown(let zone):
            zone.description
        case .noData(let folder):
            "there is no time-zone data in \(folder); install it (apt-get install tzdata), or use UTC, which needs none"
        case .unreadable(let name, let reason):
            "the time-zone data of \(name) cannot be used: \(reason)"
        }
    }
}
