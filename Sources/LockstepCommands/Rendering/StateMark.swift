package import LockstepModel

/// A symbol, a word and a colour that say the same.
package struct StateMark: Sendable {
    package let symbol: String
    package let word: String
    package let style: Style

    package var text: String { "\(symbol) \(word)" }
}

extension JobState {
    package var mark: StateMark {
        switch self {
        case .draft: StateMark(symbol: "·", word: rawValue, style: .dim)
        case .scheduled, .queued: StateMark(symbol: "·", word: rawValue, style: .cyan)
        case .running: StateMark(symbol: "▶", word: rawValue, style: .cyan)
        case .paused: StateMark(symbol: "‖", word: rawValue, style: .yellow)
        case .completed: StateMark(symbol: "✓", word: rawValue, style: .green)
        case .partial: StateMark(symbol: "◐", word: rawValue, style: .yellow)
        case .failed: StateMark(symbol: "✗", word: rawValue, style: .red)
        case .cancelled: StateMark(symbol: "⊘", word: rawValue, style: .yellow)
        }
    }
}

extension StepStatus {
    package var mark: StateMark {
        let word = rawValue.lowercased()
        return switch self {
        case .pending: StateMark(symbol: "·", word: word, style: .dim)
        case .running: StateMark(symbol: "▶", word: word, style: .cyan)
        case .completed: StateMark(symbol: "✓", word: word, style: .green)
        case .failed: StateMark(symbol: "✗", word: word, style: .red)
        case .skipped: StateMark(symbol: "–", word: word, style: .dim)
        }
    }
}
