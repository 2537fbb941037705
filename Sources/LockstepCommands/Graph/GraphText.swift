package import LockstepDefinitions
internal import LockstepModel

/// A workflow as lines for a terminal: each step with what it reads, from whom, and what it makes, for whom.
package enum GraphText {
    /// - Parameter width: Nil when nothing must be cut or wrapped.
    package static func text(of graph: FlowGraph, width: Int?, painter: Painter) -> String {
        var page = Page(width: width, painter: painter)
        page.add("\(graph.name) (\(graph.id) \(graph.version))", .bold)
        if !graph.description.isEmpty { page.add(graph.description) }
        page.section("Inputs")
        for (index, node) in graph.nodes.enumerated() {
            guard case .input(let variable) = node.kind else { continue }
            page.add("\(node.name): \(variable.typeText)\(graph.readers(of: index, node.name))", indent: 2)
        }
        var isFinal: Bool?
        for (index, node) in graph.nodes.enumerated() {
            guard let step = node.step else { continue }
            if isFinal != step.isFinal {
                page.section(step.isFinal ? "Finally" : "Steps")
                isFinal = step.isFinal
            }
            page.add("\(step.number) \(node.name) · \(step.workText)", .bold, indent: 2)
            for note in step.notes { page.add(note, .dim, indent: 6) }
            for edge in graph.edges where edge.target == index {
                page.add("\(edge.use.noun) ← \(edge.variable) (\(graph.title(of: edge.source)))", indent: 6)
            }
            for made in step.makes {
                let origin = made.output == made.variable ? "" : "\(made.output) "
                page.add("\(origin)→ \(made.variable)\(graph.readers(of: index, made.variable))", indent: 6)
            }
        }
        page.section("Outputs")
        for (index, node) in graph.nodes.enumerated() where node.kind == .output {
            let source = graph.edges.first { $0.target == index }.map { " (\(graph.title(of: $0.source)))" }
            page.add("\(node.name)\(source ?? "")", indent: 2)
        }
        return page.text
    }

    /// Lines that fit.
    private struct Page {
        let width: Int?
        let painter: Painter
        private(set) var text = ""
        private var heading: String?

        init(width: Int?, painter: Painter) {
            self.width = width
            self.painter = painter
        }

        /// Begins a section, which stays away when nothing comes.
        mutating func section(_ title: String) { heading = title }

        mutating func add(_ line: String, _ style: Style = .plain, indent: Int = 0) {
            if let heading { text += "\n" + painter(.bold, heading) + "\n" }
            heading = nil
            let margin = String(repeating: " ", count: indent)
            for part in Paragraph.wrap(margin + line.onOneLine, width: width, indent: 2).split(separator: "\n") {
                let fitting = width.map { String(part).cut(to: $0) } ?? String(part)
                text += painter(style, fitting) + "\n"
            }
        }
    }
}

extension FlowGraph {
    /// `1 extract` for a step, and what else there is.
    fileprivate func title(of index: Int) -> String {
        switch nodes[index].kind {
        case .input: "input"
        case .output: "output"
        case .step(let step): "\(step.number) \(nodes[index].name)"
        }
    }

    /// `; for 2 analyze, output`; empty when nobody reads the variable.
    fileprivate func readers(of index: Int, _ variable: String) -> String {
        var titles: [String] = []
        for edge in edges where edge.source == index && edge.variable == variable {
            let title = title(of: edge.target)
            if !titles.contains(title) { titles.append(title) }
        }
        return titles.isEmpty ? "" : "; for \(titles.joined(separator: ", "))"
    }
}
