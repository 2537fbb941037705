import LockstepJSON
import LockstepModel
import Testing

struct StepFingerprintTests {
    private typealias Part = StepFingerprint.Part

    private static let parts = [
        Part(.tool, "analyzer", digest: "t1"), Part(.sandbox, "", digest: "s1"), Part(.program, "wc", digest: "p1"),
        Part(.folder, "", digest: "f1"), Part(.parameter, "level", digest: "l1", shown: "\"basic\""),
        Part(.file, "document", digest: "d1", shown: "a.pdf"),
    ]

    private func fingerprint(_ parts: [Part]) -> StepFingerprint {
        StepFingerprint(parts: parts, digest: StepFingerprint.text(of: parts))
    }

    /// The parts with one replaced.
    private func changed(_ index: Int, _ digest: String, shown: String? = nil) -> StepFingerprint {
        var parts = Self.parts
        parts[index].digest = digest
        parts[index].shown = shown ?? parts[index].shown
        return fingerprint(parts)
    }

    @Test(
        arguments: [
            (0, nil, "tool analyzer changed"), (1, nil, "the sandbox request changed"),
            (2, nil, "the installed program wc changed"), (3, nil, "the tool's own folder changed"),
            (4, "\"detailed\"", "parameter level changed (was \"basic\", is \"detailed\")"),
            (4, nil, "parameter level changed"), (5, nil, "input file document changed"),
            (5, "b.pdf", "input file document changed (was a.pdf, is b.pdf)"),
        ] as [(Int, String?, String)]
    )
    func `The part that differs is named, with its values where they differ`(index: Int, shown: String?, text: String) {
        let now = changed(index, "new", shown: shown)
        #expect(now.differences(from: fingerprint(Self.parts)) == [text])
        #expect(now.digest != fingerprint(Self.parts).digest)
    }

    @Test
    func `Parts that came or went are told once`() {
        let before = fingerprint(Self.parts)
        let without = fingerprint(Array(Self.parts.dropLast()))
        #expect(without.differences(from: before) == ["input file document has no value any more"])
        #expect(before.differences(from: without) == ["input file document has a value now"])
        let asText = fingerprint(Self.parts.dropLast() + [Part(.parameter, "document", digest: "x")])
        #expect(asText.differences(from: before) == ["parameter document has a value now"])
        #expect(before.differences(from: before) == [])
    }

    @Test
    func `A fingerprint comes back from the database as it was, and what it shows is not hashed`() {
        let fingerprint = fingerprint(Self.parts)
        #expect(StepFingerprint(digest: fingerprint.digest, partsJSON: fingerprint.partsJSON) == fingerprint)
        var hidden = Self.parts
        hidden[4].shown = nil
        #expect(StepFingerprint.text(of: hidden) == StepFingerprint.text(of: Self.parts))
    }

    @Test(
        arguments: [
            ([:], true), (["cache": false], false), (["cache": true], true), (["idempotent": false], false),
            (["idempotent": false, "cache": true], false), (["network": true], false),
            (["network": true, "cache": true], true), (["read": true], false), (["devices": true], false),
            (["debug": true], true), (["secrets": true], false), (["secrets": true, "cache": true], true),
        ] as [([String: Bool], Bool)]
    )
    func `Results are used again only where nothing can come in that is not compared`(says: [String: Bool], may: Bool) {
        let sandbox = SandboxRequest(
            network: says["network"] ?? false,
            read: says["read"] == nil ? [] : ["/opt/models"],
            devices: says["devices"] == nil ? [] : ["/dev/dri"],
            debug: says["debug"] ?? false
        )
        let tool = Tool(
            id: ToolID("t"),
            name: "T",
            version: "1",
            command: [],
            sandbox: sandbox,
            isIdempotent: says["idempotent"] ?? true,
            mayCache: says["cache"] ?? true,
            secrets: says["secrets"] == nil ? [] : ["TOKEN"],
            definition: says["cache"].map { ["cache": .bool($0)] } ?? [:]
        )
        #expect((tool.reuseObstacle == nil) == may, "\(tool.reuseObstacle ?? "nothing")")
    }
}
