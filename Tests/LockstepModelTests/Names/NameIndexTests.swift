import LockstepModel
import Testing

struct NameIndexTests {
    @Test
    func `The index finds what a comparison with all names finds`() {
        var random = SplitMix(state: 7)
        let letters = Array("abcAB_-. é")
        func name() -> String {
            String(
                (0..<Int.random(in: 0...9, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a" }
            )
        }
        for _ in 0..<300 {
            let names = (0..<20).map { _ in name() }
            let index = NameIndex(names)
            for _ in 0..<10 {
                let wanted = name()
                #expect(
                    index.nearest(to: wanted) == EditDistance.nearest(to: wanted, among: names),
                    "\(wanted) \(names)"
                )
            }
        }
    }

    @Test
    func `Long names are compared up to a hundred characters`() {
        let long = String(repeating: "x", count: 100)
        #expect(NameIndex([long]).nearest(to: long.dropLast() + "y") == long)
        #expect(NameIndex([long + "x"]).nearest(to: long) == nil)
    }

    /// The same sequence every time.
    private struct SplitMix: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }
}
