import Foundation
import LockstepJSON
import LockstepModel
import Testing

/// The official cases of JSONLogic, each a rule, its data and the value.
struct JSONLogicSuiteTests {
    /// The nearest `shared/vectors/jsonlogic` beside one of the folders that this file is in.
    static let file: URL? = {
        var folder = URL(filePath: #filePath).deletingLastPathComponent()
        while folder.path() != "/" {
            folder.deleteLastPathComponent()
            let candidate = folder.appending(path: "shared/vectors/jsonlogic/tests.json")
            if FileManager.default.fileExists(atPath: candidate.path()) { return candidate }
        }
        return nil
    }()

    @Test(.enabled(if: file != nil, "SKIPPED: there is no file shared/vectors/jsonlogic/tests.json beside the package"))
    func `Every official case has the value that it should have`() throws {
        let file = try #require(Self.file)
        let suite = try JSONValue(parsing: [UInt8](try Data(contentsOf: file)))
        var count = 0
        for test in try #require(suite.arrayValue) {
            guard let parts = test.arrayValue else { continue }
            try #require(parts.count == 3)
            count += 1
            let (rule, problems) = Rule.decode(parts[0], at: JSONPointer())
            #expect(problems.isEmpty, "\(parts[0])")
            #expect(try rule?.value(inData: parts[1]) == parts[2], "\(parts[0]) over \(parts[1])")
        }
        #expect(count == 277)
    }
}
