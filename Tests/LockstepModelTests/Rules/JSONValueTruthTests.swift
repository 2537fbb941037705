import LockstepJSON
import LockstepModel
import Testing

struct JSONValueTruthTests {
    @Test(arguments: [.null, false, 0, 0.0, -0.0, .number(.nan), "", []] as [JSONValue])
    func `Nothing, zero and what is empty is false`(value: JSONValue) {
        #expect(!value.isTruthy)
    }

    @Test(
        arguments: [true, 1, -1, 0.5, .number(.infinity), "0", "false", " ", [0], [[]], [:], ["a": 0]] as [JSONValue]
    )
    func `Everything else is true`(value: JSONValue) {
        #expect(value.isTruthy)
    }
}
