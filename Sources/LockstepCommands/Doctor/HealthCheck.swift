package import LockstepJSON

/// One thing that the machine needs for jobs to run, and whether it is there.
package struct HealthCheck: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, CaseIterable {
        case passed = "ok"
        /// Jobs run, but something is worth knowing.
        case warning
        case failed
        /// Could not be looked at, because something else is missing.
        case skipped
    }

    package var name: String
    package var state: State
    /// What was found, for a person.
    package var found: String
    /// What to do about it, one way a line; nil when nothing is wrong.
    package var remedy: String?

    package init(_ name: String, _ state: State, _ found: String, remedy: String? = nil) {
        self.name = name
        self.state = state
        self.found = found
        self.remedy = remedy
    }

    package var json: JSONValue {
        var object: JSONObject = [
            "name": .string(name), "state": .string(state.rawValue), "found": .string(found),
        ]
        object["remedy"] = remedy.map { .string($0) }
        return .object(object)
    }
}

extension HealthCheck {
    package var mark: StateMark {
        switch state {
        case .passed: StateMark(symbol: "✓", word: state.rawValue, style: .green)
        case .warning: StateMark(symbol: "!", word: state.rawValue, style: .yellow)
        case .failed: StateMark(symbol: "✗", word: state.rawValue, style: .red)
        case .skipped: StateMark(symbol: "–", word: state.rawValue, style: .dim)
        }
    }

    /// The checks as lines with their ends: state, name and what was found, the remedy below.
    package static func text(of checks: [HealthCheck], width: Int?, painter: Painter) -> String {
        let names = checks.reduce(0) { max($0, $1.name.displayWidth) }
        let states = checks.reduce(0) { max($0, $1.mark.text.displayWidth) }
        let margin = states + names + 4
        var text = ""
        for check in checks {
            let room = width.map { max(20, $0 - margin) }
            let found = Paragraph.wrap(check.found.onOneLine, width: room)
            let ways = (check.remedy ?? "").split(separator: "\n").map { way in
                Paragraph.wrap("→ " + way.onOneLine, width: room, indent: 2)
            }
            let lines = ([found] + ways).joined(separator: "\n").split(
                separator: "\n",
                omittingEmptySubsequences: false
            )
            for (number, line) in lines.enumerated() {
                let head =
                    number == 0
                    ? painter(check.mark.style, check.mark.text.padded(to: states)) + "  "
                        + check.name.padded(to: names)
                    : String(repeating: " ", count: states + 2 + names)
                text += "\(head)  \(line)\n"
            }
        }
        return text
    }
}
