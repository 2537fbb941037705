/// The number by which a step of a job, or one item of a step with `for_each`, is stored and looked up.
///
/// A step's place is its sequence number, from 0. An item is a step of its own with a place far above those.
package enum StepPlace {
    private static let itemBits = 32
    /// Places below this are steps of the workflow.
    package static let firstItem = 1 << itemBits

    /// The place of an item, both numbers from 0.
    package static func item(_ index: Int, of step: Int) -> Int { (step + 1) << itemBits | index }

    /// The places of all items of a step.
    package static func items(of step: Int) -> Range<Int> { item(0, of: step)..<item(0, of: step + 1) }

    /// The step's sequence number, also of a place that is an item's.
    package static func step(of place: Int) -> Int { place < firstItem ? place : place >> itemBits - 1 }

    /// Which item it is, from 0; nil for a step.
    package static func itemIndex(of place: Int) -> Int? { place < firstItem ? nil : place & (firstItem - 1) }

    /// What the item is called where a step's name is wanted: `ocr[17]`, counted from 0.
    package static func name(_ step: StepID, item index: Int) -> StepID { StepID("\(step.rawValue)[\(index)]") }
}
