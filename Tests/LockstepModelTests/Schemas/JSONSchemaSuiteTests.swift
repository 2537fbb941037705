import Foundation
import LockstepJSON
import LockstepModel
import Testing

/// The public JSON Schema test suite, draft 2020-12, for the keywords that value schemas have.
struct JSONSchemaSuiteTests {
    /// A case that is left out: the schema cannot be read, for this reason.
    struct Exclusion: Hashable {
        let file: String
        let group: String
        let test: String
        /// What the refusal of the schema says.
        let reason: String
    }

    private static let fetched = "is not part of this schema, and nothing is ever fetched"
    private static let unevaluated = "`unevaluatedProperties` is not supported"

    static let exclusions: Set<Exclusion> = [
        Exclusion(
            file: "defs.json",
            group: "validate definition against metaschema",
            test: "valid definition schema",
            reason: fetched
        ),
        Exclusion(
            file: "defs.json",
            group: "validate definition against metaschema",
            test: "invalid definition schema",
            reason: fetched
        ),
        Exclusion(
            file: "ref.json",
            group: "remote ref, containing refs itself",
            test: "remote ref valid",
            reason: fetched
        ),
        Exclusion(
            file: "ref.json",
            group: "remote ref, containing refs itself",
            test: "remote ref invalid",
            reason: fetched
        ),
        Exclusion(
            file: "ref.json",
            group: "ref creates new scope when adjacent to keywords",
            test: "referenced subschema doesn't see annotations from properties",
            reason: unevaluated
        ),
        Exclusion(
            file: "not.json",
            group: "collect annotations inside a 'not', even if collection is disabled",
            test: "unevaluated property",
            reason: unevaluated
        ),
        Exclusion(
            file: "not.json",
            group: "collect annotations inside a 'not', even if collection is disabled",
            test: "annotations are still collected inside a 'not'",
            reason: unevaluated
        ),
    ]

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
    func `Every case is decided as the suite says, but for seven whose schemas are refused`() throws {
        let folder = try #require(Self.folder)
        var decided = 0
        var excluded: Set<Exclusion> = []
        for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
            let groups = try JSONValue(parsing: [UInt8](try Data(contentsOf: file)))
            for group in try #require(groups.arrayValue) {
                let name = try #require(group["description"]?.stringValue)
                let (schema, problems) = ValueSchema.decode(try #require(group["schema"]), at: JSONPointer())
                for test in try #require(group["tests"]?.arrayValue) {
                    let title = try #require(test["description"]?.stringValue)
                    guard problems.isEmpty else {
                        let reasons = Set(Self.exclusions.map(\.reason))
                        let reason = reasons.first { reason in problems.contains { $0.message.contains(reason) } }
                        excluded.insert(
                            Exclusion(
                                file: file.lastPathComponent,
                                group: name,
                                test: title,
                                reason: reason ?? problems[0].message
                            )
                        )
                        continue
                    }
                    decided += 1
                    let data = try #require(test["data"])
                    #expect(
                        schema.accepts(data) == test["valid"]?.boolValue,
                        "\(file.lastPathComponent): \(name): \(title)"
                    )
                    #expect(schema.violations(in: data).isEmpty == test["valid"]?.boolValue)
                }
            }
        }
        #expect(excluded == Self.exclusions)
        #expect(excluded.count == 7)
        #expect(decided == 853)
    }
}
