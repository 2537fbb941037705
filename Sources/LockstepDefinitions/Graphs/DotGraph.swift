internal import LockstepModel

/// A workflow in the DOT language of Graphviz.
package enum DotGraph {
    package static func text(of graph: FlowGraph) -> String {
        var lines = [
            "digraph \(quoted([graph.id.rawValue])) {",
            "  graph [rankdir=TB, label=\(quoted([graph.name])), labelloc=t, fontname=\"Helvetica\", nodesep=0.4];",
            "  node [shape=box, style=rounded, fontname=\"Helvetica\", fontsize=11];",
            "  edge [fontname=\"Helvetica\", fontsize=9];",
        ]
        let places = graph.stepPlaces
        for (index, node) in graph.nodes.enumerated() where node.step?.isFinal != true {
            lines.append("  " + statement(node, index))
        }
        let final = places.filter { graph.nodes[$0].step?.isFinal == true }
        if !final.isEmpty {
            lines.append("  subgraph cluster_finally {")
            lines.append("    label=\"finally\"; style=dashed;")
            for index in final { lines.append("    " + statement(graph.nodes[index], index)) }
            lines.append("  }")
        }
        for (one, next) in zip(places, places.dropFirst()) {
            lines.append("  n\(one) -> n\(next) [style=bold, weight=10, color=gray];")
        }
        for bundle in graph.bundles {
            let style = bundle.isControl ? ", style=dashed" : ""
            lines.append("  n\(bundle.source) -> n\(bundle.target) [label=\(quoted(bundle.labels))\(style)];")
        }
        return lines.joined(separator: "\n") + "\n}\n"
    }

    private static func statement(_ node: FlowGraph.Node, _ index: Int) -> String {
        switch node.kind {
        case .input, .output: return "n\(index) [label=\(quoted([node.name])), shape=oval, style=solid];"
        case .step(let step):
            let label = quoted(["\(step.number) \(node.name)", step.workText] + step.notes)
            if step.isCall { return "n\(index) [label=\(label), style=solid, peripheries=2];" }
            return "n\(index) [label=\(label)];"
        }
    }

    /// Lines as one quoted string: a backslash and a quote are escaped, and `&`, which would begin an HTML entity.
    private static func quoted(_ lines: [String]) -> String {
        let escaped = lines.map { line in
            var text = ""
            for character in FlowLabel.plain(line).unicodeScalars {
                switch character {
                case "\\": text += "\\\\"
                case "\"": text += "\\\""
                case "&": text += "&amp;"
                default: text.unicodeScalars.append(character)
                }
            }
            return text
        }
        return "\"" + escaped.joined(separator: "\\n") + "\""
    }
}
