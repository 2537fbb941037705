import Foundation
import FoundationXML
import LockstepCommands
import LockstepTestSupport
import Testing

struct JUnitReportTests {
    /// What the schema of Jenkins' xunit plugin (junit-10.xsd) says of the elements that a report may have.
    private static let schema: [String: (required: Set<String>, optional: Set<String>, children: Set<String>)] = [
        "testsuites": ([], ["name", "time", "tests", "failures", "errors"], ["testsuite"]),
        "testsuite": (
            ["name", "tests", "failures", "errors"],
            ["group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url", "version"],
            ["testsuite", "properties", "testcase", "system-out", "system-err"]
        ),
        "testcase": (
            ["name"], ["time", "classname", "group"],
            ["skipped", "error", "failure", "system-out", "system-err"]
        ),
        "failure": ([], ["type", "message"], []), "error": ([], ["type", "message"], []),
    ]

    /// Reads a report with an XML parser, and checks it against the schema.
    static func read(_ xml: String) throws -> XMLElement {
        let root = try #require(try XMLDocument(xmlString: xml).rootElement())
        #expect(root.name == "testsuites")
        check(root)
        return root
    }

    private static func check(_ element: XMLElement) {
        guard let rule = schema[element.name ?? ""] else {
            Issue.record("no element \(element.name ?? "")")
            return
        }
        let names = Set((element.attributes ?? []).compactMap(\.name))
        #expect(rule.required.isSubset(of: names))
        #expect(names.isSubset(of: rule.required.union(rule.optional)))
        if let time = element.attribute(forName: "time")?.stringValue {
            #expect(time.wholeMatch(of: /(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]{0,3})?/) != nil)
        }
        for name in ["tests", "failures", "errors"] {
            if let value = element.attribute(forName: name)?.stringValue { #expect(Int(value) != nil) }
        }
        for child in element.children ?? [] {
            guard let child = child as? XMLElement else { continue }
            #expect(rule.children.contains(child.name ?? ""))
            check(child)
        }
    }

    @Test
    func `A report says of each case how it went, as Jenkins and GitLab read it`() throws {
        let root = try Self.read(JUnitReport(TestReport([try TestReportFixture().result])).xml)
        let suite = try #require(root.elements(forName: "testsuite").first)
        #expect(suite.attribute(forName: "name")?.stringValue == "w")
        let counts = ["tests", "failures", "errors", "skipped"].map { suite.attribute(forName: $0)?.stringValue }
        #expect(counts == ["3", "1", "1", "0"])
        let cases = suite.elements(forName: "testcase")
        #expect(cases.map { $0.attribute(forName: "name")?.stringValue } == ["passes", "fails", "breaks"])
        #expect(cases.map { $0.attribute(forName: "classname")?.stringValue } == ["w", "w", "w"])
        #expect(cases[0].attribute(forName: "time")?.stringValue?.hasPrefix("0.01") == true)
        #expect(cases[0].childCount == 0)
        let failure = try #require(cases[1].elements(forName: "failure").first)
        #expect(
            failure.attribute(forName: "message")?.stringValue?.hasPrefix("state: expected completed, was failed; ")
                == true
        )
        #expect(failure.stringValue?.contains("outputs.v  (workflow-tests/w.yaml:6:14)") == true)
        #expect(cases[2].elements(forName: "error").first?.stringValue?.contains("The step `s` has no stub.") == true)
    }

    @Test
    func `An invalid file is an error in the report`() throws {
        let root = try Self.read(JUnitReport(TestReport([try TestReportFixture(isValid: false).result])).xml)
        let error = try #require(
            root.elements(forName: "testsuite").first?.elements(forName: "testcase").first?.elements(forName: "error")
                .first
        )
        #expect(error.stringValue?.contains("workflow-tests/w.yaml:2:11: error: there is no workflow `v`") == true)
    }

    @Test(arguments: [
        "<script>&amp;\"'>", "]]>", "a\u{0}b\u{1}\u{1B}[2J", "\u{FFFE}\u{FFFF}", "tab\tline\nreturn\r", "naïve 漢字 🧵",
        "a\u{202E}b", "\u{85}\u{9B}",
    ])
    func `A hostile name comes through an XML parser as text`(name: String) throws {
        let fixture = try TestReportFixture(name: name, actual: name)
        let root = try Self.read(JUnitReport(TestReport([fixture.result])).xml)
        let cases = try #require(root.elements(forName: "testsuite").first?.elements(forName: "testcase"))
        #expect(cases.count == 3)
        let found = try #require(cases[1].attribute(forName: "name")?.stringValue)
        let isPlain = name.unicodeScalars.allSatisfy {
            $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) && $0.value != 0x202E && $0.value < 0xFFFE
                || "\n\t\r".unicodeScalars.contains($0) || $0.value > 0xFFFF
        }
        if isPlain { #expect(found == name) }
        #expect(!found.unicodeScalars.contains { $0.value < 0x20 && !"\n\t\r".unicodeScalars.contains($0) })
    }
}
