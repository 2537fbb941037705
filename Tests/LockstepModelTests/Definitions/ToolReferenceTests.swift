import LockstepModel
import Testing

struct ToolReferenceTests {
    @Test(
        arguments: [
            (nil, "1.2.3", true), ("1", "1.2.3", true), ("1.2", "1.2.3", true), ("1.2.3", "1.2.3", true),
            ("1", "10.0.0", false),
            ("1.2", "1.20.0", false), ("2", "1.2.3", false), ("1.2.3", "1.2", false),
        ] as [(String?, String, Bool)]
    )
    func `A version stands for all versions that begin with its parts`(wanted: String?, given: String, accepts: Bool) {
        #expect(ToolReference(id: ToolID("t"), version: wanted).accepts(version: given) == accepts)
    }
}
