import Foundation
import LockstepJSON
import LockstepModel
import Testing

/// The public JSON Schema test suite, as far as its schemas use the keywords that value schemas have.
struct JSONSchemaSuiteTests {
    /// The nearest `shared/vectors/json-schema` beside one of the folders that this file is in.
    static let folder: URL? = {
        var folder = URL(filePath: #filePath).deletingLastPathComponent()
        while folder.path() != "/" {
            folder.deleteLastPathComponent()
            let candidate = folder.appending(path: "shared/vectors/json-schema/draft2020-12")
            if FileManager.default.fileExists(atPath: candidate.path()) { return candidate }
        }
        return nil
    }()

    @Test(.enabled(if: folder != nil, "SKIPPED: there is no folder shared/vectors/json-schema beside the package"))
    func `Every case with supported keywords is decided as the suite says`() throws {
        let folder = try #require(Self.folder)
        var count = 0
        for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
            let groups = try JSONValue(parsing: [UInt8](try Data(contentsOf: file)))
            for group in try #require(groups.arrayValue) {
                guard var json = group["schema"] else { continue }
                if var object = json.objectValue {
                    object["$schema"] = nil
                    json = .object(object)
                }
                guard let schema = try? ValueSchema(decoding: json) else { continue }
                for test in group["tests"]?.arrayValue ?? [] {
                    guard let data = test["data"], let valid = test["valid"]?.boolValue else { continue }
                    count += 1
                    let name = "\(file.lastPathComponent): \(group["description"] ?? ""): \(test["description"] ?? "")"
                    #expect(schema.accepts(data) == valid, "\(name)")
                }
            }
        }
        #expect(count > 300)
    }
}
