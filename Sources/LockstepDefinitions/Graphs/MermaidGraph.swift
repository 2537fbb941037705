internal import LockstepModel

/// A workflow as a Mermaid flowchart.
package enum MermaidGraph {
    package static func text(of graph: FlowGraph) -> String {
        var lines = ["flowchart TB", "  accTitle: \(encoded(graph.name))"]
        if !graph.description.isEmpty { lines.append("  accDescr: \(encoded(graph.description))") }
        let places = graph.stepPlaces
        for (index, node) in graph.nodes.enumerated() where node.step?.isFinal != true {
            lines.append("  " + statement(node, index))
        }
        let final = places.filter { graph.nodes[$0].step?.isFinal == true }
        if !final.isEmpty {
            lines.append("  subgraph final[\"finally\"]")
            for index in final { lines.append("    " + statement(graph.nodes[index], index)) }
            lines.append("  end")
        }
        for (one, next) in zip(places, places.dropFirst()) { lines.append("  n\(one) ==> n\(next)") }
        for bundle in graph.bundles {
            let label = quoted(bundle.labels.joined(separator: ", "))
            let arrow = bundle.isControl ? "-.->" : "-->"
            lines.append("  n\(bundle.source) \(arrow)|\(label)| n\(bundle.target)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func statement(_ node: FlowGraph.Node, _ index: Int) -> String {
        switch node.kind {
        case .input: return "n\(index)([\(quoted(node.name))])"
        case .output: return "n\(index)([\(quoted(node.name))])"
        case .step(let step):
            let lines = ["\(step.number) \(node.name)", step.workText] + step.notes
            let label = "\"" + lines.map(encoded).joined(separator: "<br/>") + "\""
            if step.isCall { return "n\(index)[[\(label)]]" }
            return "n\(index)[\(label)]"
        }
    }

    private static func quoted(_ text: String) -> String { "\"\(encoded(text))\"" }

    /// Text that is neither syntax, nor HTML, nor Markdown: punctuation becomes Mermaid's `#35;` for its code point.
    ///
    /// A `_` between letters stays, because most names have some and it means nothing there.
    private static func encoded(_ text: String) -> String {
        let scalars = Array(FlowLabel.plain(text).unicodeScalars)
        var encoded = ""
        for (index, scalar) in scalars.enumerated() {
            let isInner =
                index > 0 && index + 1 < scalars.count && isWord(scalars[index - 1]) && isWord(scalars[index + 1])
            let isPlain = !scalar.isASCII || scalar == " " || isWord(scalar) || scalar == "_" && isInner
            if isPlain { encoded.unicodeScalars.append(scalar) } else { encoded += "#\(scalar.value);" }
        }
        return encoded
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
    }
}
