import LockstepDefinitions
import LockstepModel
import Testing

struct SVGGraphTests {
    private static let workflows: [@Sendable () throws -> Workflow] = [
        { try FlowSample.pair }, { try FlowSample.flow }, { try FlowSample.long(12) }, { try FlowSample.long(100) },
        { FlowSample.hostileNames },
    ]

    private func picture(_ workflow: Workflow) throws -> SVGPicture {
        try SVGPicture(SVGGraph.text(of: FlowGraph(workflow)))
    }

    @Test(arguments: workflows.indices)
    func `No two boxes touch, all are inside the picture, and no line runs through one`(index: Int) throws {
        let picture = try picture(try Self.workflows[index]())
        let svg = try #require(picture.all("svg").first)
        let boxes = picture.all("rect", "box").map { SVGPicture.Area($0) }
        #expect(boxes.count >= 3)
        for (place, box) in boxes.enumerated() {
            #expect(box.left > 0 && box.right < svg.number("width"))
            #expect(box.top > 0 && box.bottom < svg.number("height"))
            #expect(!boxes[..<place].contains { $0.overlaps(box) })
        }
        let wires = picture.all("path", "wire") + picture.all("path", "turn")
        #expect(!wires.isEmpty)
        for wire in wires {
            let lines = SVGPicture.lines(wire.attributes["d"] ?? "")
            #expect(!lines.isEmpty && lines.allSatisfy { $0.left >= 0 && $0.top >= 0 }, "\(wire)")
            let crossed = boxes.filter { box in lines.contains { box.holds($0) } }
            #expect(crossed.isEmpty, "\(wire)")
        }
    }

    @Test(arguments: workflows.indices)
    func `No two texts of a line meet, and none leaves its box`(index: Int) throws {
        let picture = try picture(try Self.workflows[index]())
        var lines: [Double: [ClosedRange<Double>]] = [:]
        let boxes = picture.all("rect", "box")
        for text in picture.all("text") where !text.classes.contains("final-word") {
            let isHead = text.classes.contains("head")
            let cells = text.text.reduce(0) { $0 + ($1.unicodeScalars.contains { $0.value >= 0x3000 } ? 2 : 1) }
            let width = Double(cells) * (isHead ? 8.0 : 7.2)
            let start = text.attributes["text-anchor"] == "end" ? text.number("x") - width : text.number("x")
            let range = start...(start + width)
            #expect(!(lines[text.number("y")] ?? []).contains { $0.overlaps(range) }, "\(text)")
            lines[text.number("y"), default: []].append(range)
            let home = boxes.first {
                $0.number("y") < text.number("y") && text.number("y") < $0.number("y") + $0.number("height")
            }
            if let home {
                #expect(
                    start >= home.number("x") && start + width <= home.number("x") + home.number("width"),
                    "\(text)"
                )
            }
        }
        let rows = lines.keys.sorted()
        #expect(zip(rows, rows.dropFirst()).allSatisfy { $1 - $0 >= 12 })
    }

    @Test(arguments: workflows.indices)
    func `Lanes of different values do not lie on each other`(index: Int) throws {
        let drawing = FlowDrawing(FlowGraph(try Self.workflows[index]()))
        for (place, wire) in drawing.wires.enumerated() {
            for other in drawing.wires[..<place] where other.lane == wire.lane && other.value != wire.value {
                #expect(wire.to < other.from || other.to < wire.from, "\(wire.title) and \(other.title)")
            }
        }
    }

    @Test(arguments: [2, 12, 100])
    func `Every name, parameter and value is there, also where it is cut`(count: Int) throws {
        var workflow = count == 2 ? try FlowSample.pair : try FlowSample.long(count)
        let name = "a_name_" + String(repeating: "that_goes_on_", count: 7)
        workflow.steps[0].outputMappings[0].variable = name
        let words = try picture(workflow).words
        for step in workflow.steps {
            #expect(words.contains(step.id.rawValue) && words.contains(step.tool?.id.rawValue ?? "-"))
            for mapping in step.parameterMappings { #expect(words.contains("\(mapping.parameter) ← ") || count > 0) }
            for mapping in step.outputMappings { #expect(words.contains("→ \(mapping.variable)")) }
        }
        #expect(words.contains("…"))
        for input in workflow.inputVariables { #expect(words.contains(input.id)) }
    }

    @Test
    func `Each edge is one line from who makes the value to who reads it, and guards have broken ones`() throws {
        let graph = FlowGraph(try FlowSample.flow)
        let picture = try picture(try FlowSample.flow)
        let wires = picture.all("path", "wire")
        #expect(wires.count == graph.edges.count)
        #expect(picture.all("path", "control").count == 3)
        #expect(picture.words.contains("loud: loud → check, when"))
        #expect(picture.words.contains("broken line"))
        #expect(try !self.picture(try FlowSample.pair).words.contains("broken line"))
        #expect(picture.all("path", "turn").count == 4)
        #expect(picture.all("text", "final-word").map(\.text) == ["finally"])
        #expect(picture.all("path", "bar").count == 2)
    }

    @Test
    func `It says what it is, has both colour schemes, and nothing that acts`() throws {
        let svg = SVGGraph.text(of: FlowGraph(try FlowSample.flow))
        let picture = try SVGPicture(svg)
        let root = try #require(picture.all("svg").first)
        #expect(root.attributes["role"] == "img")
        let labels = (root.attributes["aria-labelledby"] ?? "").split(separator: " ").map(String.init)
        #expect(labels == picture.elements.compactMap { $0.attributes["id"] })
        #expect(picture.all("title").first?.text == "Flow (flow)")
        #expect(picture.all("desc").first?.text.contains("2 ocr (ocr, for each page of pages") == true)
        #expect(svg.contains("@media (prefers-color-scheme: dark)"))
        #expect(picture.all("script").isEmpty && !svg.contains("href") && !svg.contains("url("))
        #expect(!picture.elements.contains { $0.attributes.keys.contains { $0.hasPrefix("on") } })
    }

    @Test
    func `Hostile names are text and nothing else`() throws {
        let svg = SVGGraph.text(of: FlowGraph(FlowSample.hostileNames))
        let picture = try SVGPicture(svg)
        #expect(
            Set(picture.elements.map(\.name)) == [
                "svg", "title", "desc", "style", "rect", "g", "text", "path", "circle",
            ]
        )
        #expect(picture.words.contains("a\"b'<b>&amp;]]>)|\\n`#35;%%{ evil"))
        #expect(!svg.unicodeScalars.contains { [0x202E, 0x200F, 0x1B, 0, 0xFFFE].contains($0.value) })
    }
}
