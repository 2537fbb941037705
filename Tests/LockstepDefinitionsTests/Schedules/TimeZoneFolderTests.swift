import Foundation
import LockstepDefinitions
import LockstepModel
import LockstepTestSupport
import Testing

struct TimeZoneFolderTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        for name in ["Europe/Berlin", "America/Kentucky/Louisville", "EST", "right/Europe/Berlin", "posixrules"] {
            try write(name, Self.zone)
        }
        try write("tzdata.zi", Array("# version 2026a\n# This zic input file\n".utf8))
        try write("Europe/broken", Array("TZif2".utf8))
    }

    /// A TZif file of version 2 with one offset of an hour.
    private static let zone: [UInt8] = {
        let head = Array("TZif2".utf8) + [UInt8](repeating: 0, count: 31) + [0, 0, 0, 1, 0, 0, 0, 4]
        let block = head + [0, 0, 0x0E, 0x10, 0, 0] + Array("CET\0".utf8)
        return block + block + Array("\nCET-1\n".utf8)
    }()

    private func write(_ name: String, _ bytes: [UInt8]) throws {
        let file = URL(filePath: folder.path).appending(path: name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }

    @Test
    func `A zone is read from its file, and once`() throws {
        let zones = TimeZoneFolder(path: folder.path)
        let zone = try zones.zone(named: "Europe/Berlin")
        #expect(zone.name == "Europe/Berlin")
        #expect(zone.offset(at: Instant(milliseconds: 0)) == 3600)
        try FileManager.default.removeItem(atPath: "\(folder.path)/Europe/Berlin")
        #expect(try zones.zone(named: "Europe/Berlin") == zone)
        #expect(try zones.zone(named: "America/Kentucky/Louisville").name == "America/Kentucky/Louisville")
    }

    @Test
    func `All names are those of files that begin as a zone does`() throws {
        let zones = TimeZoneFolder(path: folder.path)
        #expect(zones.names == ["America/Kentucky/Louisville", "EST", "Europe/Berlin", "Europe/broken", "UTC"])
    }

    @Test(arguments: [
        "Europe/Berln", "berlin", "Europe", "Europe/", "/Europe/Berlin", "Europe//Berlin", "../zoneinfo/Europe/Berlin",
        "Europe/../Europe/Berlin", "tzdata.zi", "right/Europe/Berlin", "posixrules", "", ".", "Europe/Berlin\0",
        "\(String(repeating: "x", count: 5000))",
    ])
    func `What is no name of a zone is refused as unknown`(name: String) throws {
        let failure = try #require(throws: TimeZoneFolder.Failure.self) {
            try TimeZoneFolder(path: folder.path).zone(named: name)
        }
        guard case .unknown(let zone) = failure else {
            Issue.record("\(failure)")
            return
        }
        #expect(zone.name == name)
        if ["Europe/Berln", "berlin", "right/Europe/Berlin"].contains(name) {
            #expect(zone.nearest.first == "Europe/Berlin")
        }
    }

    @Test
    func `A file that is broken is not taken for a name that is wrong`() throws {
        let failure = try #require(throws: TimeZoneFolder.Failure.self) {
            try TimeZoneFolder(path: folder.path).zone(named: "Europe/broken")
        }
        #expect(failure.description.contains("time-zone data of Europe/broken cannot be used: it is cut short"))
    }

    @Test
    func `Without time-zone data UTC works, and everything else says what to install`() throws {
        for path in ["\(folder.path)/nothing", "\(folder.path)/right/Europe"] {
            let zones = TimeZoneFolder(path: path)
            #expect(try zones.zone(named: "UTC") == .utc)
            if path.hasSuffix("nothing") {
                let failure = try #require(throws: TimeZoneFolder.Failure.self) {
                    try zones.zone(named: "Europe/Paris")
                }
                #expect(failure == .noData(path))
                #expect(failure.description.contains("apt-get install tzdata"))
            }
        }
    }

    @Test
    func `Many tasks may ask at once`() async throws {
        let zones = TimeZoneFolder(path: folder.path)
        try await withThrowingTaskGroup(of: ScheduleZone.self) { group in
            for _ in 0..<100 { group.addTask { try zones.zone(named: "Europe/Berlin") } }
            for try await zone in group { #expect(zone.name == "Europe/Berlin") }
        }
    }
}
