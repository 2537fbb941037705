import LockstepModel
import Testing

struct MoneyTests {
    @Test(arguments: ["0", "15.00", "12.50", "0.000000001", "999999999999999999.999999999"])
    func `An amount is written as it was read`(text: String) {
        #expect(Money(parsing: text)?.description == text)
    }

    @Test(arguments: [
        "", "-1", "+1", "1.", ".5", "1,5", "1e3", "twelve", "1.2.3", " 1", "0x1", "NaN", "0.0000000001", "٣",
        "1000000000000000000",
    ])
    func `Text that is no amount is refused`(text: String) {
        #expect(Money(parsing: text) == nil)
    }

    @Test func `A sum is exact`() throws {
        let tenth = try #require(Money(parsing: "0.1"))
        let sum = (1...10).reduce(Money.zero) { sum, _ in sum + tenth }
        #expect(sum.description == "1.0")
        #expect(sum == Money(parsing: "1"))
        #expect(sum.hashValue == Money(parsing: "1.000")?.hashValue)
        #expect(try #require(Money(parsing: "12.49")) < #require(Money(parsing: "12.5")))
    }
}
