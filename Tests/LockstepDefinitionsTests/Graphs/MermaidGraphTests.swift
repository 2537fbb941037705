import LockstepDefinitions
import Testing

struct MermaidGraphTests {
    @Test
    func `A flow chart has a node a variable and a step, and an edge a value`() throws {
        #expect(
            MermaidGraph.text(of: FlowGraph(try FlowSample.pair))
                == """
                flowchart TB
                  accTitle: Pair
                  accDescr: Two steps#46;
                  n0(["doc"])
                  n1(["depth"])
                  n2["1 read<br/>reader"]
                  n3["2 count<br/>counter"]
                  n4(["count"])
                  n2 ==> n3
                  n0 -->|"doc #8594; file"| n2
                  n2 -->|"words"| n3
                  n1 -->|"depth"| n3
                  n3 -->|"count"| n4

                """.replacing("#8594;", with: "→")
        )
    }

    @Test
    func `Guards and loops have dotted edges, calls double frames, and the last steps a frame around them`() throws {
        let text = MermaidGraph.text(of: FlowGraph(try FlowSample.flow))
        #expect(text.contains("n2 -.->|\"for each of pages\"| n3\n"))
        #expect(text.contains("n1 -.->|\"when loud\"| n4\n"))
        #expect(text.contains("n4[[\"3 check<br/>workflow inner<br/>when "))
        #expect(
            text.contains(
                "  subgraph final[\"finally\"]\n    n6[\"5 tell<br/>teller<br/>only after failure or cancel\"]\n  end\n"
            )
        )
        #expect(text.contains("n3 -->|\"texts → doc\"| n4"))
    }

    @Test
    func `Nothing of a name is syntax, HTML or Markdown`() {
        let text = MermaidGraph.text(of: FlowGraph(FlowSample.hostileNames))
        for line in text.split(separator: "\n") {
            let quotes = line.count { $0 == "\"" }
            #expect(quotes == 0 || quotes == 2, "\(line)")
            guard quotes == 2 else { continue }
            let label = line.split(separator: "\"", omittingEmptySubsequences: false)[1].replacing("<br/>", with: "")
            let isPlain = label.unicodeScalars.allSatisfy { scalar in
                !scalar.isASCII || scalar.properties.isAlphabetic || " _#;0123456789".unicodeScalars.contains(scalar)
            }
            #expect(isPlain, "\(line)")
        }
        #expect(text.contains("#34;b#39;#60;b#62;#38;amp#59;"))
        #expect(!text.unicodeScalars.contains { [0x202E, 0x200F, 0x1B, 0, 0xFFFE].contains($0.value) })
    }
}
