import Foundation
import LockstepModel
import Testing

/// The machine's time zones, for tests only.
enum TestZones {
    static let folder = "/usr/share/zoneinfo"
    static let areHere = FileManager.default.fileExists(atPath: "\(folder)/Europe/Berlin")
    static let absence: Comment = "SKIPPED: there is no time-zone data; apt-get install tzdata"

    static func named(_ name: String) throws -> ScheduleZone {
        if name == "UTC" { return .utc }
        return try ScheduleZone(name: name, tzif: [UInt8](Data(contentsOf: URL(filePath: "\(folder)/\(name)"))))
    }

    /// An instant as it is written in UTC.
    static func instant(_ text: String) throws -> Instant {
        try #require(Instant(parsing: text), "\(text) is no instant")
    }
}
