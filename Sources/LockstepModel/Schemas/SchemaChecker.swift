internal import LockstepJSON

/// Checks one value against one schema document.
///
/// Bounded in what it finds and in what it does. When there is too much to do it gives up for good: ``surrender`` is then set,
/// and what was found so far decides nothing.
struct SchemaChecker {
    let document: SchemaDocument
    private(set) var violations: [SchemaViolation] = []
    /// Why the value could not be checked to the end.
    private(set) var surrender: SchemaViolation?
    /// Where the checker is in the value.
    var path: [Token] = []

    enum Token {
        case index(Int)
        case name(String)
    }

    private let value: JSONValue
    private var limit = 100
    /// Whether only the answer counts, and no message.
    private var isSilent = false
    private var depth = 0
    private var stepsLeft = 200_000
    private var wasExtended = false
    /// Steps that the searches for all patterns may take together.
    private var searchWorkLeft = 1_000_000_000

    /// Schemas inside schemas and values inside values, counted together.
    private static let maximumDepth = 1000
    /// Steps for each part of a large value, in addition to those that every check may take.
    private static let stepsPerPart = 16

    init(document: SchemaDocument, value: JSONValue) {
        self.document = document
        self.value = value
    }

    /// Whether there is nothing to gain by going on.
    var isDone: Bool { surrender != nil || violations.count >= limit }

    var count: Int { violations.count }

    mutating func check(_ value: JSONValue, against given: SchemaNode) {
        guard !isDone, spend(1) else { return }
        var node = given
        while node.rules.isOnlyReference, let target = document.target(of: node) {
            guard spend(1) else { return }
            node = target
        }
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else { return giveUp("is nested too deeply to be checked") }
        if node.rules.refusesEverything { return note("is not allowed; it is \(value.shown)") }
        guard node.rules.types.isEmpty || node.rules.types.contains(where: { value.is($0) }) else {
            return note("must be \(ValueType.shown(node.rules.types)); it is \(value.shown)")
        }
        checkChoices(value, against: node)
        switch value {
        case .integer, .number: checkNumber(value, against: node)
        case .string(let text): checkText(text, against: node)
        case .array(let items): checkItems(items, against: node)
        case .object(let object): checkMembers(object, value, against: node)
        case .null, .bool: break
        }
        if let target = document.target(of: node) { check(value, against: target) }
        checkCombinations(value, against: node)
    }

    // MARK: - Findings

    mutating func note(_ message: @autoclosure () -> String) {
        guard !isDone else { return }
        if isSilent {
            violations.append(SchemaViolation(pointer: JSONPointer(), message: ""))
            return
        }
        let violation = SchemaViolation(pointer: pointer, message: message())
        if !violations.contains(violation) { violations.append(violation) }
    }

    private var pointer: JSONPointer {
        JSONPointer(
            path.map { token in
                switch token {
                case .index(let index): String(index)
                case .name(let name): name
                }
            }
        )
    }

    /// Adds to all findings after the first so many why the rules hold that they break.
    mutating func explain(after count: Int, _ reason: @autoclosure () -> String) {
        guard !isSilent, violations.count > count else { return }
        let reason = reason()
        for index in count..<violations.count {
            let old = violations[index]
            violations[index] = SchemaViolation(pointer: old.pointer, message: old.message + reason)
        }
    }

    /// Whether a value fits a schema; finds nothing out that is worth a message.
    mutating func fits(_ value: JSONValue, _ node: SchemaNode) -> Bool {
        found(in: value, node, limit: 1, isSilent: true).isEmpty
    }

    /// Why a value does not fit a schema, shortly: the first violation, with its place below this one.
    mutating func reason(_ value: JSONValue, _ node: SchemaNode) -> String? {
        guard !isSilent, let first = found(in: value, node, limit: 1, isSilent: false).first else { return nil }
        let inner = JSONPointer(Array(first.pointer.tokens.dropFirst(path.count)))
        return inner.tokens.isEmpty ? first.message : "`\(inner)` \(first.message)"
    }

    private mutating func found(
        in value: JSONValue,
        _ node: SchemaNode,
        limit: Int,
        isSilent: Bool
    ) -> [SchemaViolation] {
        let kept = (violations, self.limit, self.isSilent)
        (violations, self.limit, self.isSilent) = ([], limit, isSilent)
        defer { (violations, self.limit, self.isSilent) = kept }
        check(value, against: node)
        return violations
    }

    // MARK: - Bounds

    /// Takes steps away; false when there are not enough.
    mutating func spend(_ steps: Int) -> Bool {
        stepsLeft -= steps
        if stepsLeft >= 0 { return surrender == nil }
        if !wasExtended {
            // A large value may take more, in proportion.
            wasExtended = true
            stepsLeft += value.weight * Self.stepsPerPart
            if stepsLeft >= 0 { return surrender == nil }
        }
        giveUp(
            "is too complex to be checked against its schema; use fewer nested allOf, anyOf, oneOf, if and $ref, "
                + "or a smaller value"
        )
        return false
    }

    mutating func giveUp(_ message: String) {
        if surrender == nil { surrender = SchemaViolation(pointer: pointer, message: message) }
    }

    /// Whether a pattern is found; gives up, and says no, when that takes too long.
    mutating func matches(_ pattern: Pattern, _ text: String) -> Bool {
        do {
            return try pattern.firstMatch(in: text, work: &searchWorkLeft) != nil
        } catch {
            giveUp("cannot be checked against the pattern \(pattern.source): \(error)")
            return false
        }
    }
}

extension JSONValue {
    /// Whether the value is of a type; a file or a folder is an object that a ``FileValue`` can be read from.
    func `is`(_ type: ValueType) -> Bool {
        switch (type, self) {
        case (.null, .null), (.boolean, .bool), (.string, .string), (.array, .array), (.object, .object): true
        case (.number, .integer), (.number, .number): true
        case (.integer, _): integerValue != nil || isHugeWholeNumber
        case (.file, .object), (.directory, .object): FileValue(json: self) != nil
        default: false
        }
    }

    /// How much there is to look at: one for each value, more for a long text.
    var weight: Int {
        switch self {
        case .null, .bool, .integer, .number: 1
        case .string(let text): 1 + text.utf8.count / 64
        case .array(let items): items.reduce(1) { $0 + $1.weight }
        case .object(let object): object.reduce(1) { $0 + $1.value.weight + $1.name.utf8.count / 64 }
        }
    }
}
