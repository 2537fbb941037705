import LockstepJSON
import LockstepModel
import Testing

/// A `for_each` that finds out during a run that there is nothing to run over.
struct StepLoopErrorTests {
    private func message(_ source: StepLoop.Source, _ variables: [String: JSONValue] = [:]) -> String? {
        #expect(throws: StepLoopError.self) { try StepLoop(source).items(in: variables) }?.message
    }

    @Test
    func `What is no list is refused with what it is and what to write`() {
        #expect(
            message(.items(.variable("x")), ["x": "a\nb"])
                == "`for_each` needs a list to run over; it is \"a\\nb\". Write `lines:` instead of `items:` for the lines of a text."
        )
        for value: JSONValue in [3, true, 1.5, ["a": 1]] {
            #expect(message(.items(.variable("x")), ["x": value])?.contains("it is \(value.shown).") == true)
        }
        #expect(message(.items(.variable("x")))?.contains("its mapping has no value") == true)
        #expect(message(.items(.variable("x")), ["x": .null])?.contains("its mapping has no value") == true)
        #expect(
            message(.lines(.variable("x")), ["x": ["a"]])
                == "`for_each` over `lines` needs a text; it is the list [\"a\"]."
        )
    }

    @Test
    func `A list that is too long is refused with its length`() {
        let list = JSONValue.array(Array(repeating: 1, count: StepLoop.maximumCount + 1))
        #expect(message(.items(.literal(list)))?.contains("at most 1000000 items; the list has 1000001") == true)
    }
}
