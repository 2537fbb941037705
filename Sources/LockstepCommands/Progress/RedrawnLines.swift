/// Lines that are drawn over those that were drawn before them.
struct RedrawnLines: Sendable {
    /// The columns of each line that is on the screen now.
    private var drawn: [Int] = []

    /// Draws lines over the last ones; those that a narrower terminal has broken since count as what they became.
    ///
    /// - Parameter lines: Called with the painter that they are to be drawn with, and with one that paints nothing.
    mutating func draw(on stream: TerminalStream, _ lines: (_ size: (columns: Int, rows: Int), Painter) -> [String]) {
        let size = stream.size
        let up = drawn.reduce(0) { $0 + max(1, ($1 + size.columns - 1) / size.columns) }
        var text = "\r" + (up > 0 ? "\u{1B}[\(min(up, size.rows - 1))A" : "")
        for line in lines(size, stream.painter) { text += line + "\u{1B}[K\n" }
        try? stream.write(text + "\u{1B}[J")
        drawn = lines(size, .plain).map(\.displayWidth)
    }
}
