internal import LockstepModel

/// A workflow as a picture in SVG 1.1: no script, nothing from elsewhere, light and dark by the reader's choice.
package enum SVGGraph {
    package static func text(of graph: FlowGraph) -> String {
        let drawing = FlowDrawing(graph)
        var svg = XMLText()
        let size = "0 0 \(drawing.width) \(drawing.height)"
        svg.open(
            "svg",
            [
                ("xmlns", "http://www.w3.org/2000/svg"), ("class", "lockstep-flow"), ("role", "img"),
                ("aria-labelledby", "flow-title flow-desc"), ("width", "\(drawing.width)"),
                ("height", "\(drawing.height)"), ("viewBox", size),
            ]
        )
        svg.leaf("title", [("id", "flow-title")], "\(graph.name) (\(graph.id))")
        svg.leaf("desc", [("id", "flow-desc")], Self.description(of: graph))
        svg.leaf("style", [], style)
        svg.empty(
            "rect",
            [("class", "ground"), ("width", "\(drawing.width)"), ("height", "\(drawing.height)")]
        )
        svg.open("g", [("class", "heading")])
        for text in drawing.heading { add(text, to: &svg) }
        svg.close("g")
        for turn in drawing.turns { add(turn, width: drawing.boxes.first?.frame, to: &svg) }
        for wire in drawing.wires { add(wire, to: &svg) }
        for box in drawing.boxes { add(box, to: &svg) }
        for wire in drawing.wires { addEnds(of: wire, to: &svg) }
        if let legend = drawing.legend { add(legend, to: &svg) }
        svg.close("svg")
        return svg.text
    }

    /// The picture in words, for those who do not see it.
    private static func description(of graph: FlowGraph) -> String {
        var sentences = graph.description.isEmpty ? [] : [graph.description]
        let steps = graph.nodes.compactMap { node in
            node.step.map { step in
                "\(step.isFinal ? "finally " : "")\(step.number) \(node.name) (\(([step.workText] + step.notes).joined(separator: ", ")))"
            }
        }
        sentences.append("Steps in order: \(steps.joined(separator: "; ")).")
        return sentences.joined(separator: " ")
    }

    private static func add(_ box: FlowDrawing.Box, to svg: inout XMLText) {
        svg.open("g", [("class", box.kind.rawValue)])
        svg.leaf("title", [], box.title)
        let frame = box.frame
        svg.empty("rect", rectangle("box", frame) + [("rx", "7")])
        if box.kind == .call {
            for x in [frame.x + 5, frame.x + frame.width - 5] {
                svg.empty("path", [("class", "bar"), ("d", "M\(x) \(frame.y)V\(frame.y + frame.height)")])
            }
        }
        if box.texts.contains(where: { $0.role == .value || $0.role == .note }) {
            svg.empty("path", [("class", "rule"), ("d", "M\(frame.x) \(frame.y + 30)H\(frame.x + frame.width)")])
        }
        for text in box.texts { add(text, to: &svg) }
        svg.close("g")
    }

    private static func rectangle(_ name: String, _ frame: FlowDrawing.Frame) -> [(String, String)] {
        [
            ("class", name), ("x", "\(frame.x)"), ("y", "\(frame.y)"), ("width", "\(frame.width)"),
            ("height", "\(frame.height)"),
        ]
    }

    private static func add(_ text: FlowDrawing.Text, to svg: inout XMLText) {
        var attributes = [("class", text.role.rawValue), ("x", "\(text.x)"), ("y", "\(text.y)")]
        if text.isRight { attributes.append(("text-anchor", "end")) }
        guard text.shown != text.full else { return svg.leaf("text", attributes, text.shown) }
        svg.open("text", attributes)
        svg.leaf("title", [], text.full)
        svg.add(text.shown)
        svg.close("text")
    }

    private static func add(_ wire: FlowDrawing.Wire, to svg: inout XMLText) {
        let radius = min(6, abs(wire.to - wire.from) / 2)
        let down = wire.to > wire.from ? radius : -radius
        let path =
            "M\(wire.x) \(wire.from)H\(wire.lane + radius)Q\(wire.lane) \(wire.from) \(wire.lane) \(wire.from + down)"
            + "V\(wire.to - down)Q\(wire.lane) \(wire.to) \(wire.lane + radius) \(wire.to)H\(wire.x - 6)"
        svg.open("path", [("class", "wire \(colour(wire))\(wire.isControl ? " control" : "")"), ("d", path)])
        svg.leaf("title", [], wire.title)
        svg.close("path")
    }

    private static func addEnds(of wire: FlowDrawing.Wire, to svg: inout XMLText) {
        let (x, y) = (wire.x, wire.to)
        svg.empty(
            "circle",
            [("class", "end \(colour(wire))"), ("cx", "\(x)"), ("cy", "\(wire.from)"), ("r", "3.5")]
        )
        svg.empty("path", [("class", "end \(colour(wire))"), ("d", "M\(x - 8) \(y - 4)L\(x) \(y)L\(x - 8) \(y + 4)Z")])
    }

    private static func colour(_ wire: FlowDrawing.Wire) -> String { "c\(wire.colour)" }

    private static func add(_ turn: FlowDrawing.Turn, width column: FlowDrawing.Frame?, to svg: inout XMLText) {
        let (x, y) = (turn.x, turn.to)
        svg.empty("path", [("class", "turn"), ("d", "M\(x) \(turn.from)V\(y - 7)")])
        svg.empty("path", [("class", "turn-end"), ("d", "M\(x - 4) \(y - 8)L\(x) \(y)L\(x + 4) \(y - 8)Z")])
        guard turn.beginsFinally, let column else { return }
        let line = y - 24
        svg.empty("path", [("class", "final-line"), ("d", "M\(column.x) \(line)H\(column.x + column.width)")])
        svg.leaf("text", [("class", "final-word"), ("x", "\(column.x + 2)"), ("y", "\(y - 9)")], "finally")
    }

    private static let style = """

        .lockstep-flow .ground { fill: #ffffff }
        .lockstep-flow text { fill: #1f2328; font: 12px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace }
        .lockstep-flow .head { font: 600 14px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif }
        .lockstep-flow .heading .head { font-size: 18px }
        .lockstep-flow .note, .lockstep-flow .side, .lockstep-flow .final-word { fill: #59636e }
        .lockstep-flow .box { fill: #f6f8fa; stroke: #8c959f }
        .lockstep-flow .inputs .box, .lockstep-flow .outputs .box { fill: #eaf3ff; stroke: #6a9ed8 }
        .lockstep-flow .call .box { fill: #f4effc; stroke: #9a7fd0 }
        .lockstep-flow .rule, .lockstep-flow .bar { fill: none; stroke: #d1d9e0 }
        .lockstep-flow .bar { stroke: #9a7fd0 }
        .lockstep-flow .turn, .lockstep-flow .final-line { fill: none; stroke: #8c959f; stroke-width: 1.5 }
        .lockstep-flow .final-line { stroke-dasharray: 2 4 }
        .lockstep-flow .turn-end { fill: #8c959f }
        .lockstep-flow .wire { fill: none; stroke-width: 1.6 }
        .lockstep-flow .control { stroke-dasharray: 5 3 }
        .lockstep-flow .c0 { stroke: #0550ae } .lockstep-flow .end.c0 { fill: #0550ae }
        .lockstep-flow .c1 { stroke: #bc4c00 } .lockstep-flow .end.c1 { fill: #bc4c00 }
        .lockstep-flow .c2 { stroke: #116329 } .lockstep-flow .end.c2 { fill: #116329 }
        .lockstep-flow .c3 { stroke: #a0309a } .lockstep-flow .end.c3 { fill: #a0309a }
        .lockstep-flow .c4 { stroke: #7d5a00 } .lockstep-flow .end.c4 { fill: #7d5a00 }
        .lockstep-flow .c5 { stroke: #0a7d8c } .lockstep-flow .end.c5 { fill: #0a7d8c }
        .lockstep-flow .end { stroke: none }
        @media (prefers-color-scheme: dark) {
        .lockstep-flow .ground { fill: #0d1117 }
        .lockstep-flow text { fill: #e6edf3 }
        .lockstep-flow .note, .lockstep-flow .side, .lockstep-flow .final-word { fill: #9198a1 }
        .lockstep-flow .box { fill: #161b22; stroke: #6e7681 }
        .lockstep-flow .inputs .box, .lockstep-flow .outputs .box { fill: #10233d; stroke: #4184d0 }
        .lockstep-flow .call .box { fill: #211a35; stroke: #8a6fcb }
        .lockstep-flow .rule { stroke: #30363d }
        .lockstep-flow .bar { stroke: #8a6fcb }
        .lockstep-flow .turn, .lockstep-flow .final-line { stroke: #6e7681 }
        .lockstep-flow .turn-end { fill: #6e7681 }
        .lockstep-flow .c0 { stroke: #79c0ff } .lockstep-flow .end.c0 { fill: #79c0ff }
        .lockstep-flow .c1 { stroke: #ffa657 } .lockstep-flow .end.c1 { fill: #ffa657 }
        .lockstep-flow .c2 { stroke: #56d364 } .lockstep-flow .end.c2 { fill: #56d364 }
        .lockstep-flow .c3 { stroke: #f2a0e8 } .lockstep-flow .end.c3 { fill: #f2a0e8 }
        .lockstep-flow .c4 { stroke: #e3b341 } .lockstep-flow .end.c4 { fill: #e3b341 }
        .lockstep-flow .c5 { stroke: #4fd6e0 } .lockstep-flow .end.c5 { fill: #4fd6e0 }
        .lockstep-flow .end { stroke: none }
        }

        """
}
