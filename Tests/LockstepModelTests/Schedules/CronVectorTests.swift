import Foundation
import LockstepJSON
import LockstepModel
import Testing

/// Cases that two other programs answer alike, each an expression, a zone, a start and the next five instants.
struct CronVectorTests {
    /// The nearest `shared/vectors/cron` beside one of the folders that this file is in.
    static let file: URL? = {
        var folder = URL(filePath: #filePath).deletingLastPathComponent()
        while folder.path() != "/" {
            folder.deleteLastPathComponent()
            let candidate = folder.appending(path: "shared/vectors/cron/next.json")
            if FileManager.default.fileExists(atPath: candidate.path()) { return candidate }
        }
        return nil
    }()

    @Test(
        .enabled(if: file != nil, "SKIPPED: there is no file shared/vectors/cron/next.json beside the package"),
        .enabled(if: TestZones.areHere, TestZones.absence)
    )
    func `Every case fires at the instants that it should`() throws {
        let file = try #require(Self.file)
        let document = try JSONValue(parsing: [UInt8](try Data(contentsOf: file)))
        let cases = try #require(document.objectValue?["cases"]?.arrayValue)
        for test in cases {
            let members = try #require(test.objectValue)
            func text(_ name: String) throws -> String { try #require(members[name]?.stringValue) }
            let expression = try CronExpression(parsing: try text("expr"))
            let zone = try TestZones.named(try text("zone"))
            let expected = try #require(members["next"]?.arrayValue).map {
                try TestZones.instant(try #require($0.stringValue))
            }
            let id = try text("id")
            var instant = try TestZones.instant(try text("start"))
            var found: [Instant] = []
            for _ in expected {
                instant = try #require(expression.next(after: instant, in: zone))
                found.append(instant)
            }
            #expect(found == expected, "\(id): \(expression) in \(zone)")
        }
        #expect(cases.count == 160)
    }
}
