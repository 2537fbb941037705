internal import LockstepJSON
internal import LockstepModel

/// The lists that the outputs of a loop's items become; an item without an output has its default, or null.
struct GatheredOutputs: Sendable {
    private let mappings: [OutputMapping]
    private var lists: [[JSONValue]]
    private var bytes: [Int]
    /// The first output that is too large; nothing more is gathered then.
    private(set) var excess: String?
    private let count: Int

    init(_ mappings: [OutputMapping], count: Int) {
        self.mappings = mappings
        self.count = count
        lists = mappings.map { mapping in Array(repeating: mapping.defaultValue ?? .null, count: count) }
        bytes = mappings.map { _ in 0 }
    }

    /// - Returns: Whether the next one is wanted.
    mutating func take(_ item: Int, _ outputs: JSONObject?) -> Bool {
        // A row of an earlier run whose list was longer.
        guard item < count else { return false }
        for (place, mapping) in mappings.enumerated() {
            guard let value = outputs?[mapping.output] else { continue }
            bytes[place] += JSONWriter.bytes(value).count + 1
            if bytes[place] > JobRun.gatheredLimit { excess = mapping.output }
            lists[place][item] = value
        }
        return excess == nil
    }

    /// By output, in the order of the mappings.
    var values: JSONObject {
        JSONObject(zip(mappings, lists).map { ($0.output, .array($1)) })
    }
}
