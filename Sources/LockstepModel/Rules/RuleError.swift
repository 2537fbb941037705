package import LockstepJSON

/// Why an evaluation ended without a value; nothing but a limit can be the reason.
package struct RuleError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        case tooManySteps = "too_many_steps"
        case textTooLong = "text_too_long"
        case resultTooLarge = "result_too_large"
        case nestedTooDeep = "nested_too_deep"
    }

    package let code: Code
    /// The sub-rule in which it happened; the root when it is about the result.
    package let pointer: JSONPointer
    /// For a person: what was too much, how much there may be, what to do.
    package let message: String

    package var description: String { message }

    static func tooManySteps(_ limits: RuleLimits, at pointer: JSONPointer) -> RuleError {
        RuleError(
            code: .tooManySteps,
            pointer: pointer,
            message:
                "the rule takes more than \(limits.steps) steps\(place(pointer)); give it fewer items or shorter texts, "
                + "or do the work in a tool"
        )
    }

    static func textTooLong(_ limits: RuleLimits, at pointer: JSONPointer) -> RuleError {
        RuleError(
            code: .textTooLong,
            pointer: pointer,
            message:
                "the rule makes a text of more than \(limits.bytes) bytes\(place(pointer)); join fewer or shorter texts, "
                + "or write a file in a tool"
        )
    }

    static func resultTooLarge(_ limits: RuleLimits) -> RuleError {
        RuleError(
            code: .resultTooLarge,
            pointer: JSONPointer(),
            message:
                "the result of the rule has more than \(limits.bytes) bytes; select less of it with `var` or `filter`, "
                + "or write a file in a tool"
        )
    }

    static func nestedTooDeep(at pointer: JSONPointer) -> RuleError {
        RuleError(
            code: .nestedTooDeep,
            pointer: pointer,
            message:
                "the rule makes a value that is nested deeper than \(JSONValue.maximumDepth) levels\(place(pointer)); "
                + "join lists with `merge` instead of putting one into the other"
        )
    }

    private static func place(_ pointer: JSONPointer) -> String {
        pointer.tokens.isEmpty ? "" : " (noticed at \(pointer))"
    }
}
