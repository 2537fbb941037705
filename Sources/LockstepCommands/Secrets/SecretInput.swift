internal import Glibc
internal import LockstepModel

/// Reads the value of a secret that somebody sets.
enum SecretInput {
    /// - Parameter path: `-` is standard input; a terminal there is asked, and shows nothing of what is typed.
    /// - Throws: `VALIDATION_ERROR`, which does not repeat what was read; `CANCELLED` for Ctrl-C.
    static func read(_ path: String, name: String) throws(CommandFailure) -> SecretValue {
        let bytes: [UInt8]
        if path == "-", isatty(STDIN_FILENO) == 1 {
            bytes = try ask(name)
        } else {
            bytes = try content(path)
        }
        do throws(SecretProblem) {
            return try SecretValue(bytes)
        } catch {
            throw CommandFailure(.validationError, "The value \(error.message); \(name) was not set.")
        }
    }

    private static func content(_ path: String) throws(CommandFailure) -> [UInt8] {
        let shown = path == "-" ? "standard input" : path.onOneLine
        let file = path == "-" ? STDIN_FILENO : Glibc.open(ProcessEnvironment.absolute(path), O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure(shown) }
        defer { if file != STDIN_FILENO { close(file) } }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        // A little more than a value may have, so that one that is too long is seen to be.
        while bytes.count <= SecretValue.sizeLimit + 2 {
            let count = piece.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw failure(shown) }
            if count == 0 { break }
            bytes += piece[..<count]
        }
        return bytes
    }

    /// One line from the terminal.
    ///
    /// Ctrl-C is read as a character, not taken as a signal, so that the terminal never stays without echo.
    private static func ask(_ name: String) throws(CommandFailure) -> [UInt8] {
        var before = termios()
        guard tcgetattr(STDIN_FILENO, &before) == 0 else { throw failure("the terminal") }
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
            try? Console.standard.messages.write("\n")
        }
        try? Console.standard.messages.write("Value of \(name) (not shown): ")
        var line: [UInt8] = []
        while line.count <= SecretValue.sizeLimit {
            var byte: UInt8 = 0
            let count = Glibc.read(STDIN_FILENO, &byte, 1)
            if count < 0 && errno == EINTR { continue }
            guard count == 1 else { return line }
            switch byte {
            case 0x0A, 0x0D, 0x04: return line
            case 0x03: throw CommandFailure(.cancelled, "\(name) was not set.")
            case 0x08, 0x7F:
                // A character of UTF-8 may have several bytes; those after the first begin with the bits 10.
                while let last = line.popLast(), last & 0xC0 == 0x80 {}
            default: line.append(byte)
            }
        }
        return line
    }

    private static func failure(_ name: String) -> CommandFailure {
        CommandFailure(.validationError, "The secret in \(name) cannot be read: \(String(cString: strerror(errno))).")
    }
}
