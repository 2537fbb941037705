internal import LockstepJSON
internal import LockstepModel

extension FlowDrawing {
    private enum Measure {
        static let margin = 20
        static let boxWidth = 430
        static let padding = 14
        static let head = 30
        static let row = 19
        static let gap = 26
        /// Room for the word `finally` above the first of its steps.
        static let finalGap = 46
        static let lane = 11
        /// Between the innermost lane and the boxes.
        static let approach = 22
        /// Widths of a character: monospaced 12 px, and the heading fonts, taken broad.
        static let cell = 7.3
        static let headCell = 8.6
        static let headingCell = 11.0
    }

    package init(_ graph: FlowGraph) {
        var layout = Layout(graph)
        layout.place()
        self = layout.drawing()
    }

    /// Rows first, because their places say how long each lane is; then lanes, because their number says where the column begins.
    private struct Layout {
        private static let colours = 6
        private let graph: FlowGraph
        private var boxes: [Box] = []
        private var turns: [Turn] = []
        private var y = 0
        /// The row in which each variable is made, by node and variable.
        private var sources: [Origin: Int] = [:]
        /// The rows in which each edge ends, by place of the edge.
        private var targets: [Int: Int] = [:]

        private struct Origin: Hashable {
            let node: Int
            let variable: String
        }

        init(_ graph: FlowGraph) {
            self.graph = graph
        }

        /// Places every box as if the column began at 0.
        mutating func place() {
            y = Measure.margin + 46
            let inputs = graph.nodes.indices.filter { if case .input = graph.nodes[$0].kind { true } else { false } }
            let outputs = graph.nodes.indices.filter { graph.nodes[$0].kind == .output }
            if !inputs.isEmpty { add(inputs: inputs) }
            var last: Box?
            for index in graph.stepPlaces {
                guard let step = graph.nodes[index].step else { continue }
                let beginsFinally = step.isFinal && last.map { !$0.title.hasPrefix("final") } ?? true
                if beginsFinally { y += Measure.finalGap - Measure.gap }
                let top = y
                add(step, index)
                if let last {
                    let end = last.frame.y + last.frame.height
                    turns.append(Turn(x: Measure.boxWidth / 2, from: end, to: top, beginsFinally: beginsFinally))
                }
                last = boxes.last
            }
            if !outputs.isEmpty { add(outputs: outputs) }
        }

        private mutating func add(inputs: [Int]) {
            var rows: [Row] = []
            for index in inputs {
                guard case .input(let variable) = graph.nodes[index].kind else { continue }
                rows.append(
                    Row(.value, variable.id, side: variable.typeText, makes: Origin(node: index, variable: variable.id))
                )
            }
            add(Box(.inputs, "inputs"), head: "Inputs", side: "", rows)
        }

        private mutating func add(outputs: [Int]) {
            var rows: [Row] = []
            for index in outputs {
                let edge = graph.edges.firstIndex { $0.target == index }
                rows.append(Row(.value, graph.nodes[index].name, reads: edge))
            }
            add(Box(.outputs, "outputs"), head: "Outputs", side: "", rows)
        }

        private mutating func add(_ step: FlowGraph.Step, _ index: Int) {
            let name = graph.nodes[index].name
            var rows = step.notes.map { Row(.note, $0) }
            for (place, edge) in graph.edges.enumerated() where edge.target == index {
                rows.append(Row(.value, "\(edge.use.noun) ← \(edge.variable)", reads: place))
            }
            for made in step.makes {
                let side = made.output == made.variable ? "" : made.output
                rows.append(
                    Row(.value, "→ \(made.variable)", side: side, makes: Origin(node: index, variable: made.variable))
                )
            }
            let title = "\(step.isFinal ? "final " : "")step \(step.number), \(name): \(step.workText)"
            add(Box(step.isCall ? .call : .step, title), head: "\(step.number)  \(name)", side: step.workText, rows)
        }

        /// A row on its way into a box.
        private struct Row {
            let role: Text.Role
            let text: String
            let side: String
            let makes: Origin?
            /// The place of the edge that ends in it.
            let reads: Int?

            init(_ role: Text.Role, _ text: String, side: String = "", makes: Origin? = nil, reads: Int? = nil) {
                self.role = role
                self.text = text
                self.side = side
                self.makes = makes
                self.reads = reads
            }
        }

        private mutating func add(_ empty: Box, head: String, side: String, _ rows: [Row]) {
            var box = empty
            let bottom = rows.isEmpty ? 0 : rows.count * Measure.row + 8
            box.frame = Frame(x: 0, y: y, width: Measure.boxWidth, height: Measure.head + bottom)
            box.texts = Self.line(.head, head, side, at: y + 20)
            for (number, row) in rows.enumerated() {
                let middle = y + Measure.head + 4 + number * Measure.row + Measure.row / 2
                box.texts += Self.line(row.role, row.text, row.side, at: middle + 4)
                if let origin = row.makes { sources[origin] = middle }
                if let edge = row.reads { targets[edge] = middle }
            }
            boxes.append(box)
            y += box.frame.height + Measure.gap
        }

        /// A text from the left, and another one that ends at the right; each is cut so that they never meet.
        private static func line(_ role: Text.Role, _ left: String, _ right: String, at y: Int) -> [Text] {
            let room = Double(Measure.boxWidth - 2 * Measure.padding)
            let cell = role == .head ? Measure.headCell : Measure.cell
            let side = FlowText(right, room: right.isEmpty ? 0 : room * 0.5, cell: Measure.cell)
            let gap = right.isEmpty ? 0 : 12.0
            let main = FlowText(left, room: room - side.width - gap, cell: cell)
            var texts = [main.text(role, x: Measure.padding, y: y)]
            if !right.isEmpty {
                texts.append(side.text(.side, x: Measure.boxWidth - Measure.padding, y: y, isRight: true))
            }
            return texts
        }

        /// The finished drawing: lanes are given out, and the column moves to the right of them.
        func drawing() -> FlowDrawing {
            var wires: [Wire] = []
            var values: [Origin: Int] = [:]
            for (place, edge) in graph.edges.enumerated() {
                let origin = Origin(node: edge.source, variable: edge.variable)
                guard let from = sources[origin], let to = targets[place] else { continue }
                let value = values[origin, default: values.count]
                values[origin] = value
                let reader = graph.nodes[edge.target].name
                let use = edge.use == .output ? "output" : "\(reader), \(edge.use.noun)"
                wires.append(
                    Wire(
                        x: 0,
                        from: from,
                        to: to,
                        lane: 0,
                        value: value,
                        colour: 0,
                        isControl: edge.use.isControl,
                        title: "\(edge.variable): \(graph.nodes[edge.source].name) → \(use)"
                    )
                )
            }
            let lanes = LaneAssignment(wires)
            let hasControl = wires.contains(where: \.isControl)
            let left = Measure.margin + lanes.count * Measure.lane + (wires.isEmpty ? 0 : Measure.approach)
            let width = left + Measure.boxWidth + Measure.margin
            let room = Double(width - 2 * Measure.margin)
            let about = "\(graph.id) \(graph.version)"
            let heading = [
                FlowText(graph.name, room: room, cell: Measure.headingCell)
                    .text(.head, x: Measure.margin, y: Measure.margin + 14),
                FlowText(about, room: room, cell: Measure.cell).text(.note, x: Measure.margin, y: Measure.margin + 34),
            ]
            let legend =
                hasControl
                ? FlowText("broken line: decides whether, or over what, a step runs", room: room, cell: Measure.cell)
                    .text(.note, x: left, y: y + 2) : nil
            return FlowDrawing(
                width: width,
                height: y - Measure.gap + Measure.margin + (hasControl ? 28 : 0),
                heading: heading,
                boxes: boxes.map { $0.moved(by: left) },
                wires: wires.map { wire in
                    var moved = wire
                    moved.x = left
                    moved.colour = lanes.lane(of: wire.value) % Self.colours
                    moved.lane = left - Measure.approach - lanes.lane(of: wire.value) * Measure.lane
                    return moved
                },
                turns: turns.map { turn in
                    var moved = turn
                    moved.x += left
                    return moved
                },
                legend: legend
            )
        }
    }
}

/// Which lane each value gets, 0 being nearest to the boxes: short ways inside, long ones outside, none over another.
private struct LaneAssignment {
    private var lanes: [Int: Int] = [:]
    private(set) var count = 0

    init(_ wires: [FlowDrawing.Wire]) {
        var spans: [Int: ClosedRange<Int>] = [:]
        for wire in wires {
            let span = min(wire.from, wire.to)...max(wire.from, wire.to)
            let old = spans[wire.value] ?? span
            spans[wire.value] = min(old.lowerBound, span.lowerBound)...max(old.upperBound, span.upperBound)
        }
        var taken: [[ClosedRange<Int>]] = []
        let order = spans.sorted {
            ($0.value.count, $0.value.lowerBound, $0.key) < ($1.value.count, $1.value.lowerBound, $1.key)
        }
        for (value, span) in order {
            let lane = taken.firstIndex { !$0.contains { $0.overlaps(span) } } ?? taken.count
            if lane == taken.count { taken.append([]) }
            taken[lane].append(span)
            lanes[value] = lane
        }
        count = taken.count
    }

    func lane(of value: Int) -> Int { lanes[value] ?? 0 }
}

/// A text cut to a room.
private struct FlowText {
    let shown: String
    let full: String
    /// How much room it takes at most.
    let width: Double

    init(_ text: String, room: Double, cell: Double) {
        full = FlowLabel.plain(text)
        let most = max(1, Int(room / cell))
        let cells = full.map(Self.cells)
        guard cells.reduce(0, +) > most else {
            shown = full
            width = Double(cells.reduce(0, +)) * cell
            return
        }
        var used = 1
        var kept = ""
        for (character, count) in zip(full, cells) {
            if used + count > most { break }
            used += count
            kept.append(character)
        }
        shown = kept + "…"
        width = Double(used) * cell
    }

    func text(_ role: FlowDrawing.Text.Role, x: Int, y: Int, isRight: Bool = false) -> FlowDrawing.Text {
        FlowDrawing.Text(role: role, x: x, y: y, isRight: isRight, shown: shown, full: full)
    }

    /// Characters of scripts that no monospaced font has may be twice as wide.
    private static func cells(_ character: Character) -> Int {
        character.unicodeScalars.contains { $0.value >= 0x0590 && !(0x2000..<0x2600).contains($0.value) } ? 2 : 1
    }
}

extension FlowDrawing.Box {
    fileprivate init(_ kind: FlowDrawing.BoxKind, _ title: String) {
        self.init(kind: kind, title: title, frame: FlowDrawing.Frame(x: 0, y: 0, width: 0, height: 0), texts: [])
    }

    fileprivate func moved(by distance: Int) -> Self {
        var box = self
        box.frame.x += distance
        for index in box.texts.indices { box.texts[index].x += distance }
        return box
    }
}

extension InputVariable {
    /// What it holds and what it is when nobody gives it: `file, required`, `string = "basic"`.
    package var typeText: String {
        let type =
            schema.isFileList
            ? "files" : schema.types.isEmpty ? "any" : schema.types.map(\.rawValue).sorted().joined(separator: "|")
        if let defaultValue { return "\(type) = \(JSONWriter.text(defaultValue))" }
        return isRequired ? "\(type), required" : type
    }
}
