/// Why a text is not the JSON that was asked for, and where.
package struct JSONSyntaxError: Error, Sendable, Equatable {
    /// What is wrong, for a person.
    package let message: String
    /// Byte offset into the text at which it was noticed.
    package let offset: Int

    package init(_ message: String, at offset: Int) {
        self.message = message
        self.offset = offset
    }
}

/// A place in a text file; both numbers begin at 1, columns count Unicode scalars.
package struct TextPosition: Sendable, Hashable {
    package let line: Int
    package let column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// Finds the line and column of a byte offset; an offset past the end is the end.
    package init(offset: Int, in bytes: some Collection<UInt8>) {
        var line = 1
        var column = 1
        for byte in bytes.prefix(offset) {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        self.init(line: line, column: column)
    }
}
