import Foundation
import LockstepJSON
import LockstepTestSupport
import Testing

/// Each shipped workflow with the real program, the real tools and the project's own examples.
///
/// One after the other: ffmpeg and ImageMagick take all the processors there are.
@Suite(.timeLimit(.minutes(10)), .serialized)
struct ShippedWorkflowTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let workflow: String
        let inputs: [String]
        /// Each output of the job, and the type of its file where it is one.
        let outputs: [String: String?]

        var testDescription: String { workflow + " " + inputs.joined(separator: " ") }
    }

    private static let document = "document=Examples/keeping-looms-in-step.pdf"
    private static let analysis: [String: String?] = [
        "final_analysis": nil, "report": "text/html", "report_markdown": "text/plain",
    ]

    static let examples = [
        Example(workflow: "analyze_document", inputs: [document], outputs: analysis),
        Example(workflow: "analyze_document", inputs: [document, "analysis_depth=detailed"], outputs: analysis),
        Example(workflow: "analyze_document", inputs: [document, "analysis_depth=comprehensive"], outputs: analysis),
        Example(
            workflow: "image_gallery",
            inputs: ["images=Examples/pictures/twill.png", "images=Examples/pictures/basket weave.jpg"],
            outputs: ["contact_sheet": "image/png", "thumbnails": nil, "details": nil]
        ),
        Example(
            workflow: "audio_summary",
            inputs: ["audio=Examples/speech.flac"],
            outputs: [
                "format": nil, "stream": nil, "measurement": nil, "normalized": "audio/flac",
                "spectrogram": "image/png",
            ]
        ),
        Example(
            workflow: "csv_report",
            inputs: [
                "table=Examples/mill.csv", "query=SELECT month, sum(metres) AS metres FROM data GROUP BY month",
            ],
            outputs: [
                "row_count": nil, "columns": nil, "rows": nil, "chart_picture": "image/svg+xml", "report": "text/html",
            ]
        ),
    ]

    @Test(arguments: examples)
    func `Each shipped workflow runs on the examples`(example: Example) async throws {
        let test = try CommandLineTest()
        for name in ["workflows", "tools-registry", "Examples"] {
            try PackageRoot.copy(name, into: test.folder)
        }
        let inputs = example.inputs.flatMap { ["-i", $0] }
        let run = try await test.start(["run", "workflow", example.workflow, "--output", "json"] + inputs).result()
        #expect(run.status == 0, "\(run)")
        let output = try #require(run.data?["output_data"]?.objectValue, "\(run)")
        #expect(Set(output.names) == Set(example.outputs.keys))
        for (name, type) in example.outputs {
            guard let type else { continue }
            #expect(output[name]?["mime_type"]?.stringValue == type, "\(name)")
            #expect((output[name]?["file_size"]?.integerValue ?? 0) > 500, "\(name)")
        }
        let exported = try await test.run("outputs", "export", "last", "out")
        #expect(exported.status == 0, "\(exported)")
    }

    @Test
    func `The deeper the analysis, the more it says, and its numbers are those of the text`() async throws {
        let test = try CommandLineTest()
        for name in ["workflows", "tools-registry", "Examples"] {
            try PackageRoot.copy(name, into: test.folder)
        }
        var members: [Set<String>] = []
        for depth in ["basic", "detailed", "comprehensive"] {
            let run = try await test.run(
                "run",
                "workflow",
                "analyze_document",
                "-i",
                Self.document,
                "-i",
                "analysis_depth=\(depth)",
                "--output",
                "json"
            )
            let analysis = try #require(run.data?["output_data"]?["final_analysis"], "\(run)")
            #expect(analysis["level"]?.stringValue == depth)
            members.append(Set(analysis.objectValue?.names ?? []))
        }
        #expect(members[0].isStrictSubset(of: members[1]))
        #expect(members[1].isStrictSubset(of: members[2]))
    }
}
