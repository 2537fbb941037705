import LockstepModel
import Testing

struct EditDistanceTests {
    @Test(arguments: [
        ("abc", "abc", 0), ("abc", "acb", 1), ("abc", "ab", 1), ("abc", "abxc", 1), ("abc", "axc", 1), ("", "ab", 2),
        ("kitten", "sitting", 3), ("input_dox", "input_doc", 1),
    ])
    func `Slips are counted`(one: String, other: String, distance: Int) {
        #expect(EditDistance.between(one, other, limit: 5) == distance)
        #expect(EditDistance.between(other, one, limit: 5) == distance)
        #expect(EditDistance.between(one, other, limit: distance - 1) == nil)
    }

    @Test
    func `The nearest name is offered, and none when all are far`() {
        let names = ["input_doc", "depth", "document_text"]
        #expect(EditDistance.nearest(to: "input_dox", among: names) == "input_doc")
        #expect(EditDistance.nearest(to: "Depth", among: names) == "depth")
        #expect(EditDistance.nearest(to: "document-text", among: names) == "document_text")
        #expect(EditDistance.nearest(to: "weather", among: names) == nil)
    }

    @Test
    func `A name of any length is answered`() {
        let long = String(repeating: "x", count: 1 << 20)
        #expect(EditDistance.nearest(to: long, among: [long + "y", "x"]) == nil)
    }
}
