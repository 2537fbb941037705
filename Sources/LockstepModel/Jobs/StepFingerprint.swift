package import LockstepJSON

/// Everything that a step's result depends on, part by part, as digests: equal parts make equal results.
///
/// Command, environment and standard input are no parts of their own, because they follow from the tool and the values.
package struct StepFingerprint: Sendable, Hashable {
    /// One thing that the result depends on.
    package struct Part: Sendable, Hashable {
        package enum Kind: String, Sendable, Hashable, CaseIterable {
            /// The tool's definition, with its outputs and limits.
            case tool
            /// The program that is started, as it is installed.
            case program
            /// The tool's own folder.
            case folder
            /// What the tool asks of the sandbox, and how well it is shut in.
            case sandbox
            /// The value of a parameter.
            case parameter
            /// The names and contents of a parameter's files.
            case file
        }

        package var kind: Kind
        /// The parameter, or the program or tool; for messages and for finding the same part again.
        package var name: String
        package var digest: String
        /// The value for a person, shortened; nil when it may not be shown.
        package var shown: String?

        package init(_ kind: Kind, _ name: String, digest: String, shown: String? = nil) {
            self.kind = kind
            self.name = name
            self.digest = digest
            self.shown = shown
        }
    }

    package let parts: [Part]
    /// Of all parts together.
    package let digest: String

    package init(parts: [Part], digest: String) {
        self.parts = parts
        self.digest = digest
    }

    /// What ``digest`` is the SHA-256 of; the first line changes when the meaning of a part does.
    package static func text(of parts: [Part]) -> String {
        "1\n" + parts.map { "\($0.kind.rawValue)\0\($0.name)\0\($0.digest)\n" }.joined()
    }

    /// How this one differs from an earlier one, a sentence without subject a part; empty when it does not.
    package func differences(from earlier: StepFingerprint) -> [String] {
        func key(_ part: Part) -> String { "\(part.kind.rawValue)/\(part.name)" }
        let before = Dictionary(earlier.parts.map { (key($0), $0) }, uniquingKeysWith: { first, _ in first })
        let now = Set(parts.map(key))
        var sentences = parts.compactMap { part -> String? in
            let old = before[key(part)]
            return old?.digest == part.digest ? nil : Self.sentence(about: part, before: old)
        }
        for old in earlier.parts where !now.contains(key(old)) {
            // A parameter that has files now and had none before is told above.
            let isTold = parts.contains { $0.name == old.name && Self.isValue($0) && Self.isValue(old) }
            guard !isTold else { continue }
            sentences.append(Self.isValue(old) ? "\(noun(old)) has no value any more" : "\(noun(old)) changed")
        }
        return sentences
    }

    private static func isValue(_ part: Part) -> Bool { part.kind == .parameter || part.kind == .file }

    private func noun(_ part: Part) -> String { Self.noun(part) }

    private static func noun(_ part: Part) -> String {
        switch part.kind {
        case .tool: "tool \(part.name)"
        case .program: "the installed program \(part.name)"
        case .folder: "the tool's own folder"
        case .sandbox: "the sandbox request"
        case .parameter: "parameter \(part.name)"
        case .file: "input file \(part.name)"
        }
    }

    private static func sentence(about part: Part, before: Part?) -> String {
        guard let before else { return isValue(part) ? "\(noun(part)) has a value now" : "\(noun(part)) changed" }
        guard let was = before.shown, let shown = part.shown, was != shown else { return "\(noun(part)) changed" }
        return "\(noun(part)) changed (was \(was), is \(shown))"
    }

    /// As the database keeps the parts.
    package var partsJSON: JSONValue {
        .array(
            parts.map { part in
                var object: JSONObject = [
                    "kind": .string(part.kind.rawValue), "name": .string(part.name), "digest": .string(part.digest),
                ]
                object["shown"] = part.shown.map { .string($0) }
                return .object(object)
            }
        )
    }

    /// Reads ``partsJSON`` back; kinds that this program does not know are left out.
    package init(digest: String, partsJSON: JSONValue) {
        let parts = (partsJSON.arrayValue ?? []).compactMap { json -> Part? in
            guard let kind = json["kind"]?.stringValue.flatMap(Part.Kind.init(rawValue:)),
                let name = json["name"]?.stringValue, let digest = json["digest"]?.stringValue
            else { return nil }
            return Part(kind, name, digest: digest, shown: json["shown"]?.stringValue)
        }
        self.init(parts: parts, digest: digest)
    }
}
