package import LockstepJSON

/// A step's `for_each`: the list that it runs over (formats document, "Workflow").
package struct StepLoop: Sendable, Hashable {
    /// What the items are.
    package enum Source: Sendable, Hashable {
        /// `items`: the items of a list.
        case items(Mapping)
        /// `lines`: the lines of a text, without their ends; the empty one after the last line break is none.
        case lines(Mapping)
    }

    package var source: Source
    /// `as`: the variable that holds the item.
    package var itemName: String
    /// `max_parallel`: how many items are worked on at once.
    package var maxParallel: Int

    /// The variable with the item's place in the list, from 0.
    package static let indexName = "item_index"
    package static let parallelRange: ClosedRange<Int64> = 1...256
    /// The most items of one list.
    package static let maximumCount = 1_000_000

    package init(_ source: Source, as itemName: String = "item", maxParallel: Int = 1) {
        self.source = source
        self.itemName = itemName
        self.maxParallel = maxParallel
    }

    package var mapping: Mapping {
        switch source {
        case .items(let mapping), .lines(let mapping): mapping
        }
    }

    /// The items, in order.
    ///
    /// - Throws: When the mapping has no value, cannot be evaluated, or is no list or no text; the message says what it is.
    package func items(in variables: [String: JSONValue]) throws(StepLoopError) -> [JSONValue] {
        let value: JSONValue?
        do throws(RuleError) { value = try mapping.value(in: variables) } catch {
            throw StepLoopError(message: "the list of `for_each` cannot be made: \(error.message)")
        }
        let items: [JSONValue]
        switch (source, value) {
        case (.items, .array(let list)?): items = list
        case (.lines, .string(let text)?): items = Self.lines(of: text).map { .string($0) }
        case (.items, let value):
            throw StepLoopError(
                message: "`for_each` needs a list to run over; \(Self.shown(value)). "
                    + "Write `lines:` instead of `items:` for the lines of a text."
            )
        case (.lines, let value):
            throw StepLoopError(message: "`for_each` over `lines` needs a text; \(Self.shown(value)).")
        }
        guard items.count <= Self.maximumCount else {
            throw StepLoopError(
                message:
                    "`for_each` runs over at most \(Self.maximumCount) items; the list has \(items.count). Split it."
            )
        }
        return items
    }

    private static func shown(_ value: JSONValue?) -> String {
        guard let value, value != .null else { return "its mapping has no value" }
        return "it is \(value.shown)"
    }

    private static func lines(of text: String) -> [String] {
        var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            String(Substring(line.last == UInt8(ascii: "\r") ? line.dropLast() : line))
        }
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }
}

/// Why a `for_each` has nothing to run over.
package struct StepLoopError: Error, Sendable, Hashable {
    /// For a person, as a part of a sentence.
    package let message: String

    package init(message: String) {
        self.message = message
    }
}
