package import LockstepJSON

extension JSONValue {
    /// Whether JSONLogic takes the value for true: not null, false, 0, NaN, the empty text or the empty list. `"0"` and `{}` are true.
    package var isTruthy: Bool {
        switch self {
        case .null: false
        case .bool(let flag): flag
        case .integer(let whole): whole != 0
        case .number(let number): number != 0 && !number.isNaN
        case .string(let text): !text.isEmpty
        case .array(let items): !items.isEmpty
        case .object: true
        }
    }
}
