package import LockstepJSON

/// The bytes of a definition file, by lines.
package struct SourceText: Sendable {
    /// As findings name it.
    package let file: String
    package let bytes: [UInt8]
    /// Byte offsets.
    private let lineStarts: [Int]

    package init(file: String, bytes: [UInt8]) {
        self.file = file
        self.bytes = bytes
        var starts = [0]
        for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") { starts.append(offset + 1) }
        lineStarts = starts
    }

    package func position(at offset: Int) -> TextPosition {
        var (low, high) = (0, lineStarts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        let line = bytes[lineStarts[low]..<max(lineStarts[low], min(offset, bytes.count))]
        return TextPosition(line: low + 1, column: 1 + line.count { $0 & 0xC0 != 0x80 })
    }

    /// A line without its end; nil past the last one.
    package func line(_ number: Int) -> String? {
        guard number >= 1, number <= lineStarts.count else { return nil }
        let start = lineStarts[number - 1]
        let end = number < lineStarts.count ? lineStarts[number] - 1 : bytes.count
        var line = String(decoding: bytes[start..<max(start, end)], as: UTF8.self)
        if line.unicodeScalars.last == "\r" { line.unicodeScalars.removeLast() }
        return line
    }

    package func finding(
        at position: TextPosition,
        _ message: String,
        severity: Finding.Severity = .error,
        suggestion: String? = nil
    ) -> Finding {
        Finding(
            file: file,
            position: position,
            severity: severity,
            message: message,
            sourceLine: line(position.line),
            suggestion: suggestion
        )
    }
}
