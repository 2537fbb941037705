/// Where everything of a ``FlowGraph`` stands in a picture, in pixels from the upper left corner.
///
/// All boxes stand in one column, in the order in which the steps run. Each value has a lane to the left of that column: it
/// leaves the row of who makes it, goes down its lane, and enters the rows of those who read it. So no wire meets a box.
package struct FlowDrawing: Sendable, Hashable {
    package struct Frame: Sendable, Hashable {
        package var x: Int
        package var y: Int
        package var width: Int
        package var height: Int
    }

    /// What is drawn like what.
    package enum BoxKind: String, Sendable, Hashable {
        case inputs
        case outputs
        case step
        /// A step that calls a workflow.
        case call
    }

    package struct Box: Sendable, Hashable {
        package var kind: BoxKind
        /// What a person calls it: `step 1, extract`.
        package var title: String
        package var frame: Frame
        package var texts: [Text]
    }

    /// One line of text, already short enough for its place.
    package struct Text: Sendable, Hashable {
        package enum Role: String, Sendable, Hashable {
            case head
            case value
            case note
            case side
        }

        package var role: Role
        package var x: Int
        /// The base line.
        package var y: Int
        /// Whether it ends at ``x`` instead of beginning there.
        package var isRight: Bool
        package var shown: String
        /// All of it; the same as ``shown`` when nothing was cut.
        package var full: String
    }

    /// The way of one value to one reader: out of a row, down a lane, into another row.
    package struct Wire: Sendable, Hashable {
        /// Where it leaves and where it enters: the left side of the column.
        package var x: Int
        package var from: Int
        package var to: Int
        package var lane: Int
        /// Which of the values it is, from 0; those of one value share it, and so their lane.
        package var value: Int
        /// The number of its colour, from 0; lanes side by side differ.
        package var colour: Int
        package var isControl: Bool
        package var title: String
    }

    /// The arrow between two steps that run one after the other.
    package struct Turn: Sendable, Hashable {
        package var x: Int
        package var from: Int
        package var to: Int
        /// Whether the step below is the first of `finally`.
        package var beginsFinally: Bool
    }

    package var width: Int
    package var height: Int
    package var heading: [Text]
    package var boxes: [Box]
    package var wires: [Wire]
    package var turns: [Turn]
    /// Where the words stand that say what a broken line is; nil when there is none.
    package var legend: Text?
}
