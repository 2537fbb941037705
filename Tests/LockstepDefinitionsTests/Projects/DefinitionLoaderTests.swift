import LockstepDefinitions
import LockstepJSON
import LockstepModel
import Testing

/// Definitions that are made to do harm, or that hold what is easily lost: a clear refusal or an exact round trip.
struct DefinitionLoaderTests {
    /// Findings of a workflow with this text in place of a mapping, as `line:column: severity: message`.
    private func check(mapping: String) throws -> [String] {
        try FlowProject.check(FlowProject.step("one", "parameter_mappings: { any: \(mapping) }"))
    }

    /// The literal that a workflow file maps.
    private func literal(_ text: String) throws -> JSONValue? {
        let project = try TemporaryProject(FlowProject.files)
        let step = FlowProject.step("one", "parameter_mappings: { any: { value: \(text) } }")
        try project.write("workflows/w.yaml", FlowProject.head + step + "\n")
        let workflow = try project.catalog.workflow(WorkflowID("w")).workflow
        guard case .literal(let value)? = workflow.steps.last?.parameterMappings.first?.mapping else { return nil }
        return value
    }

    @Test
    func `An alias bomb is refused at the alias that is one too many`() throws {
        let bomb =
            "a: &a [x, x, x, x, x, x, x, x, x]\n"
            + (0..<9).map { level in
                let (name, inner) = (Character(UnicodeScalar(98 + level) ?? "z"), UnicodeScalar(97 + level) ?? "a")
                return "\(name): &\(name) [\((0..<9).map { _ in "*\(inner)" }.joined(separator: ", "))]\n"
            }.joined()
        let project = try TemporaryProject(["workflows/w.yaml": bomb])
        let found = try project.check()
        #expect(found.count == 1)
        #expect(
            found.first?.hasSuffix(
                "error: aliases stand for more than 10000 values; write the definition without them"
            ) == true
        )
    }

    @Test(.timeLimit(.minutes(10)))
    func `A rule that is nested ten thousand deep is refused, in YAML and in JSON`() throws {
        let depth = 10_000
        let open = String(repeating: "{\"!\": [", count: depth)
        let close = String(repeating: "]}", count: depth)
        let found = try check(mapping: open + "1" + close)
        #expect(found.count == 1)
        #expect(found.first?.hasSuffix("error: values are nested deeper than 64 levels") == true)
        let json = """
            {"workflow_id": "w", "name": "W", "version": "1.0.0", "steps": [{"step_id": "s", "tool": "t", "when": \
            \(open)1\(close)}]}
            """
        let project = try TemporaryProject(FlowProject.files)
        try project.write("workflows/w.json", json)
        let inJSON = try project.check()
        #expect(inJSON.count == 1)
        #expect(inJSON.first?.contains("nested") == true, "\(inJSON)")
        // Block style needs no brackets.
        try project.write("workflows/w.json", "")
        let block = try FlowProject.check("  - " + String(repeating: "- ", count: depth) + "1")
        #expect(block.count == 1)
        #expect(block.first?.hasSuffix("error: values are nested deeper than 64 levels") == true)
    }

    @Test(arguments: ["true", "null", "False", "NULL", "\"true\"", "12", "1e5", "0x1F", "~", "\"12\""])
    func `A variable that is named like a value is refused`(name: String) throws {
        let made = try FlowProject.check(FlowProject.step("one", "output_mappings: { text: \(name) }"))
        #expect(made.count == 1, "\(made)")
        #expect(made.first?.contains("cannot be") == true, "\(made)")
        let project = try TemporaryProject(FlowProject.files)
        let input = "{ variable_id: \(name), schema: {} }"
        let head = FlowProject.head.replacing("steps:", with: "  - \(input)\nsteps:")
        try project.write("workflows/w.yaml", head)
        let given = try project.check()
        #expect(given.count == 1 && given.first?.contains("workflows/w.yaml:7:20: error: ") == true, "\(given)")
    }

    @Test(arguments: ["yes", "no", "on", "off", "y", "__proto__", "constructor", "NaN", "Infinity", "undefined"])
    func `Other words that some languages read as values are names`(name: String) throws {
        let lines = [
            FlowProject.step("one", "output_mappings: { text: \(name) }"),
            FlowProject.step("two", "parameter_mappings: { s: \(name), any: { cat: [{ var: \(name) }] } }"),
            FlowProject.step("three", "parameter_mappings: { n: \(name) }"),
        ]
        let found = try FlowProject.check(lines.joined(separator: "\n"))
        let message = "`n` takes an integer, but the output `text` of step `one`, kept as `\(name)`, is a string"
        #expect(found.map { $0.hasSuffix(message) } == [true], "\(found)")
    }

    @Test
    func `Names in the NFC and NFD spelling are refused wherever they are names`() throws {
        let (nfc, nfd) = ("caf\u{E9}", "cafe\u{301}")
        let lines = [nfc, nfd].map { FlowProject.step($0, "output_mappings: { text: \($0) }") }
        let found = try FlowProject.check(lines.joined(separator: "\n"))
        #expect(found.count { $0.contains("`step_id` cannot be") } == 2, "\(found)")
        #expect(found.count { $0.contains("`text` cannot be") } == 2, "\(found)")
    }

    @Test
    func `Keys in the NFC and NFD spelling are two, and both are kept`() throws {
        let value = try literal("{ caf\u{E9}: 1, cafe\u{301}: 2 }")
        let object = try #require(value?.objectValue)
        #expect(object.names.map { Array($0.utf8) } == ["caf\u{E9}", "cafe\u{301}"].map { Array($0.utf8) })
        let doubled = try check(mapping: "{ value: { caf\u{E9}: 1, caf\u{E9}: 2 } }")
        #expect(doubled.map { $0.contains("comes twice") } == [true])
        // Both are foreign to the tool, each at its own place.
        let step = FlowProject.step("one", "parameter_mappings: { caf\u{E9}: 1, cafe\u{301}: 2 }")
        #expect(try FlowProject.check(step).count == 2)
    }

    @Test
    func `A character that counts as equal to a letter is not that letter`() throws {
        // U+212A, the Kelvin sign, is canonically equivalent to K.
        let lines = [
            FlowProject.step("one", "output_mappings: { text: K }"),
            FlowProject.step("two", "parameter_mappings: { n: \u{212A} }"),
            "outputs: [\u{212A}]",
        ]
        let found = try FlowProject.check(lines.joined(separator: "\n"))
        #expect(found.count == 2, "\(found)")
        #expect(found.first?.contains("`n` must be an integer; it is") == true, "\(found)")
        #expect(found.last?.contains("no step makes the variable") == true, "\(found)")
    }

    @Test
    func `Numbers that are no numbers are refused, large ones are kept`() throws {
        let large = try check(mapping: "1e400")
        #expect(
            large == ["9:57: error: the number 1e400 is too large; write it in quotes"]
        )
        let whole = try check(mapping: "9223372036854775808")
        #expect(
            whole == [
                "9:57: error: the whole number 9223372036854775808 does not fit 64 bits; write it in quotes"
            ]
        )
        for whole in [9_007_199_254_740_993, -9_007_199_254_740_993, Int64.max, Int64.min] {
            #expect(try literal(String(whole)) == .integer(whole))
        }
        let project = try TemporaryProject(FlowProject.files)
        let step = #"{"step_id": "s", "tool": "t", "parameter_mappings": {"any": 1e400}}"#
        try project.write(
            "workflows/w.json",
            #"{"workflow_id": "w", "name": "W", "version": "1", "steps": [\#(step)]}"#
        )
        let found = try project.check()
        #expect(found.count == 1 && found.first?.hasPrefix("workflows/w.json:1:") == true, "\(found)")
    }

    @Test
    func `Odd keys of a value are kept as they are`() throws {
        let value = try literal(#"{ __proto__: 1, a.b: 2, "": 3, "a/b~c": 4, "${x}": 5, value: 6 }"#)
        #expect(value?.objectValue?.names == ["__proto__", "a.b", "", "a/b~c", "${x}", "value"])
    }

    /// A character of each general category of Unicode that text can hold.
    static let characters: [Unicode.Scalar] = {
        var seen: Set<Unicode.GeneralCategory> = []
        return (0xA0..<0x110000).compactMap { Unicode.Scalar($0 as UInt32) }.filter {
            seen.insert($0.properties.generalCategory).inserted
        }
    }()

    @Test
    func `A name with a character of any category is refused, and a value with it is kept`() throws {
        #expect(Self.characters.count >= 28)
        for scalar in Self.characters {
            // Unassigned and private ones among them; U+FEFF and the like may not stand in YAML as they are.
            let escaped =
                #""a\U\#(String(repeating: "0", count: 8 - String(scalar.value, radix: 16).count))"#
                + String(scalar.value, radix: 16) + #"b""#
            let name = "a\(scalar)b"
            let found = try FlowProject.check(FlowProject.step(escaped, "output_mappings: { text: \(escaped) }"))
            #expect(found.count == 2, "\(scalar.value): \(found)")
            #expect(try literal(escaped)?.stringValue?.utf8.elementsEqual(name.utf8) == true, "\(scalar.value)")
        }
    }
}
