/// Which step a test means: `analyze`, `ocr[2]` for an item of a loop, `call/analyze` for a step of a called workflow.
package struct StepAddress: Sendable, Hashable, CustomStringConvertible {
    package struct Part: Sendable, Hashable {
        package var step: String
        /// From 0.
        package var item: Int?

        package init(step: String, item: Int? = nil) {
            self.step = step
            self.item = item
        }

        /// Reads `analyze` or `ocr[2]`; nil when there is something else in brackets, or nothing before them.
        package init?(parsing text: String) {
            guard text.hasSuffix("]"), let open = text.firstIndex(of: "[") else {
                guard !text.isEmpty, !text.contains(where: { "[]".contains($0) }) else { return nil }
                self.init(step: text)
                return
            }
            let number = text[text.index(after: open)...].dropLast()
            guard open > text.startIndex, number.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let item = Int(number)
            else { return nil }
            self.init(step: String(text[..<open]), item: item)
        }
    }

    /// Outermost first; never empty.
    package var parts: [Part]

    package init(_ parts: [Part]) {
        self.parts = parts
    }

    package init?(parsing text: String) {
        var parts: [Part] = []
        for piece in text.split(separator: "/", omittingEmptySubsequences: false) {
            guard let part = Part(parsing: String(piece)) else { return nil }
            parts.append(part)
        }
        self.init(parts)
    }

    /// The step, whichever item it is run for.
    package var withoutItem: StepAddress {
        var address = self
        address.parts[parts.count - 1].item = nil
        return address
    }

    /// The step, whichever items it and the calls around it are run for.
    package var withoutItems: StepAddress { StepAddress(parts.map { Part(step: $0.step) }) }

    package func appending(_ part: Part) -> StepAddress { StepAddress(parts + [part]) }

    package var description: String {
        parts.map { $0.step + ($0.item.map { "[\($0)]" } ?? "") }.joined(separator: "/")
    }
}
