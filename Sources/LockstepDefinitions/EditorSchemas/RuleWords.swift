internal import LockstepModel

/// What the operators of rules do, in a line each, for whoever points at one in an editor.
enum RuleWords {
    static func about(_ name: RuleOperator) -> String {
        switch name {
        case .variable:
            "The value of a variable, or of a part such as `page.count`; the second value is for when there is none."
        case .missing: "Those of these names that have no value."
        case .missingSome: "[least, names]: nothing when at least so many have a value, else those that have none."
        case .condition: "[condition, value, …, value otherwise]: the value behind the first condition that is true."
        case .ternary: "[condition, value, value otherwise]."
        case .equal: "Whether two values are equal, with texts read as numbers where the other is a number."
        case .strictEqual: "Whether two values are equal and of one kind."
        case .notEqual: "Whether two values differ, with texts read as numbers where the other is a number."
        case .strictNotEqual: "Whether two values differ, or are of two kinds."
        case .not: "Whether a value is false, empty, 0 or null."
        case .truth: "Whether a value is neither false, empty, 0 nor null."
        case .or: "The first value that is true, else the last."
        case .and: "The first value that is not true, else the last."
        case .greater: "Whether the first is greater than the second."
        case .greaterOrEqual: "Whether the first is at least the second."
        case .less:
            "Whether the first is less than the second; with three values, whether the second lies between the others."
        case .lessOrEqual: "Whether the first is at most the second; with three values, whether they do not fall."
        case .max: "The greatest of the numbers."
        case .min: "The least of the numbers."
        case .add: "The sum of the numbers; of one text, the number that it is."
        case .subtract: "The difference of two numbers; of one, its negative."
        case .multiply: "The product of the numbers."
        case .divide: "The quotient of two numbers."
        case .remainder: "What is left over when the first is divided by the second."
        case .map: "[list, rule]: what the rule gives for each item, which it reads as { var: \"\" }."
        case .filter: "[list, rule]: the items for which the rule is true."
        case .reduce: "[list, rule, start]: all items made into one value; the rule reads `current` and `accumulator`."
        case .all: "[list, rule]: whether the rule is true for every item."
        case .none: "[list, rule]: whether the rule is true for no item."
        case .some: "[list, rule]: whether the rule is true for some item."
        case .merge: "One list of all items of the lists."
        case .contains: "[part, whole]: whether a text has this part, or a list this item."
        case .cat: "All values as one text."
        case .substring: "[text, start, length]: a part of a text; negative numbers count from its end."
        case .log: "The value itself."
        }
    }
}
