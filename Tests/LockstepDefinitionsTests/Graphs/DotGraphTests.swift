import LockstepDefinitions
import Testing

/// What Graphviz itself says to it is tried with the real program, in `GraphCommandTests`.
struct DotGraphTests {
    @Test
    func `Inputs, steps and outputs are nodes, values are edges`() throws {
        let text = DotGraph.text(of: FlowGraph(try FlowSample.pair))
        #expect(text.hasPrefix("digraph \"pair\" {\n"))
        #expect(text.contains("  n0 [label=\"doc\", shape=oval, style=solid];\n"))
        #expect(text.contains("  n2 [label=\"1 read\\nreader\"];\n"))
        #expect(text.contains("  n2 -> n3 [style=bold, weight=10, color=gray];\n"))
        #expect(text.contains("  n0 -> n2 [label=\"doc → file\"];\n"))
        #expect(text.hasSuffix("}\n"))
    }

    @Test
    func `Guards and loops have dashed edges, calls double frames, and the last steps a frame around them`() throws {
        let text = DotGraph.text(of: FlowGraph(try FlowSample.flow))
        #expect(text.contains("n2 -> n3 [label=\"for each of pages\", style=dashed];"))
        #expect(text.contains("peripheries=2];"))
        #expect(text.contains("subgraph cluster_finally {"))
        #expect(text.contains(#"when {\"and\":[{\"var\":\"loud\"}"#))
    }

    @Test
    func `Nothing of a name ends the text that it stands in`() {
        let text = DotGraph.text(of: FlowGraph(FlowSample.hostileNames))
        for line in text.split(separator: "\n") {
            var isQuoted = false
            var isEscaped = false
            for character in line {
                if isEscaped {
                    #expect("\\\"n".contains(character), "\(line)")
                    isEscaped = false
                } else if isQuoted, character == "\\" {
                    isEscaped = true
                } else if character == "\"" {
                    isQuoted.toggle()
                } else if !isQuoted {
                    #expect(character.isASCII && character != "<" && character != "#", "\(line)")
                }
            }
            #expect(!isQuoted && !isEscaped, "\(line)")
        }
        #expect(text.contains("&amp;amp;"))
        #expect(!text.unicodeScalars.contains { [0x202E, 0x200F, 0x1B, 0, 0xFFFE].contains($0.value) })
    }
}
