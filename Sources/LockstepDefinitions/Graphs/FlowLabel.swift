/// Text of a definition on its way into a picture: one line, without what could steer or reorder the text around it.
enum FlowLabel {
    /// Line breaks and tabs become spaces, other control characters and code points that are none become U+FFFD, and characters
    /// that reorder text (Unicode Technical Report 36) disappear.
    static func plain(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x09, 0x0A, 0x0D, 0x85, 0x2028, 0x2029: scalars.append(" ")
            case 0..<0x20, 0x7F..<0xA0: scalars.append("\u{FFFD}")
            case 0x202A...0x202E, 0x2066...0x2069, 0x200E, 0x200F, 0x061C, 0xFEFF: continue
            case let value where value & 0xFFFE == 0xFFFE || (0xFDD0...0xFDEF).contains(value):
                scalars.append("\u{FFFD}")
            default: scalars.append(scalar)
            }
        }
        return String(scalars)
    }
}

extension FlowGraph.Edge {
    /// What stands at the edge in a picture whose nodes show no parameters: `page`, or `page → text`.
    var label: String {
        switch use {
        case .parameter(let name): name == variable ? variable : "\(variable) → \(name)"
        case .condition: "when \(variable)"
        case .loop: "for each of \(variable)"
        case .output: variable
        }
    }
}

extension FlowGraph {
    /// Edges between the same two nodes and of the same kind, together.
    struct Bundle: Hashable {
        let source: Int
        let target: Int
        let isControl: Bool
        var labels: [String]
    }

    /// The edges, in their order, those that a reader could not tell apart joined.
    var bundles: [Bundle] {
        var bundles: [Bundle] = []
        var places: [[Int]: Int] = [:]
        for edge in edges {
            let key = [edge.source, edge.target, edge.use.isControl ? 1 : 0]
            if let place = places[key] {
                bundles[place].labels.append(edge.label)
            } else {
                places[key] = bundles.count
                bundles.append(
                    Bundle(
                        source: edge.source,
                        target: edge.target,
                        isControl: edge.use.isControl,
                        labels: [edge.label]
                    )
                )
            }
        }
        return bundles
    }

    /// The places of the steps among the nodes, in the order in which they run.
    var stepPlaces: [Int] { nodes.indices.filter { nodes[$0].step != nil } }
}
