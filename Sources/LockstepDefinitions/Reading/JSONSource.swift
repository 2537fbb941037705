internal import LockstepJSON

/// Reads JSON into nodes with positions; all duplicate names are found at once.
enum JSONSource {
    static func read(_ text: SourceText) -> (root: SourceNode?, findings: [Finding]) {
        text.bytes.withUnsafeBufferPointer { bytes in
            var parser = JSONParser(
                bytes: bytes,
                builder: Builder(text: text),
                maximumDepth: SourceDocument.maximumDepth
            )
            do throws(JSONSyntaxError) {
                let (root, builder) = try parser.document()
                return (root, builder.findings.sorted())
            } catch {
                return (nil, [text.finding(at: text.position(at: error.offset), error.message)])
            }
        }
    }

    private struct Builder: JSONBuilder {
        let text: SourceText
        var findings: [Finding] = []

        func scalar(_ value: JSONValue, at offset: Int) -> SourceNode {
            SourceNode(.scalar(value), at: text.position(at: offset))
        }

        func array(_ items: [SourceNode], at offset: Int) -> SourceNode {
            SourceNode(.array(items), at: text.position(at: offset))
        }

        mutating func object(_ members: [JSONMember<SourceNode>], at offset: Int) -> SourceNode {
            var seen: [JSONKey: TextPosition] = [:]
            let members = members.map { member in
                let position = text.position(at: member.offset)
                if let first = seen[JSONKey(member.name)] {
                    findings.append(text.duplicate(member.name, at: position, first: first))
                } else {
                    seen[JSONKey(member.name)] = position
                }
                return SourceMember(name: member.name, at: position, value: member.value)
            }
            return SourceNode(.object(members), at: text.position(at: offset))
        }
    }
}

extension SourceText {
    func duplicate(_ name: String, at position: TextPosition, first: TextPosition) -> Finding {
        finding(at: position, "the key `\(name)` comes twice; the first one is in line \(first.line)")
    }
}
