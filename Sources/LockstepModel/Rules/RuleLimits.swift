/// How much one evaluation of a rule may do; beyond it ends with a ``RuleError``, whatever rule and data are.
package struct RuleLimits: Sendable, Hashable {
    /// Steps: one for each sub-rule each time it is evaluated, for each item read or put into a list, and for every 16 bytes of text.
    package let steps: Int
    /// Bytes that a text made on the way, and the result as a whole, may have.
    package let bytes: Int

    package init(steps: Int, bytes: Int) {
        self.steps = steps
        self.bytes = bytes
    }

    /// Five million steps, far below a second; 16 MiB, which is the cap on any one value.
    package static let standard = RuleLimits(steps: 5_000_000, bytes: 16 << 20)
}
