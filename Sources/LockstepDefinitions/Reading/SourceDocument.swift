internal import Glibc
internal import LockstepJSON

/// A definition file as it was read: its text, its tree where it has one, and what is wrong with its syntax.
package struct SourceDocument: Sendable {
    package let text: SourceText
    /// Nil when the file cannot be read as YAML or JSON at all.
    package let root: SourceNode?
    package let findings: [Finding]

    /// Nesting that a definition may have.
    package static let maximumDepth = 64

    /// Reads the text of a file; a name that ends in `.json` means JSON, any other YAML.
    package init(file: String, bytes: [UInt8]) {
        let text = SourceText(file: file, bytes: bytes)
        self.text = text
        if let problem = Self.problem(of: bytes) {
            root = nil
            findings = [text.finding(at: text.position(at: problem.offset), problem.message)]
        } else if file.hasSuffix(".json") {
            (root, findings) = JSONSource.read(text)
        } else {
            (root, findings) = YAMLSource.read(text)
        }
    }

    /// Reads a file. What cannot be read is a finding.
    ///
    /// - Returns: Nil when there is no such file.
    package static func load(_ path: String, named file: String) -> SourceDocument? {
        do throws(SourceFile.Failure) {
            return SourceDocument(file: file, bytes: try SourceFile.read(path))
        } catch {
            switch error {
            case .missing: return nil
            case .unreadable(let message): return SourceDocument(file: file, unreadable: message)
            }
        }
    }

    private init(file: String, unreadable message: String) {
        text = SourceText(file: file, bytes: [])
        root = nil
        findings = [Finding(file: file, message: message)]
    }

    /// What no definition may hold, found before any parser sees it.
    private static func problem(of bytes: [UInt8]) -> (offset: Int, message: String)? {
        if bytes.isEmpty { return (0, "the file is empty") }
        if bytes.count > SourceFile.maximumSize {
            return (0, "the file is larger than 1 MiB, which is more than a definition may be")
        }
        let offset = bytes.withUnsafeBytes { bytes in
            bytes.baseAddress.flatMap { start in memchr(start, 0, bytes.count).map { UnsafeRawPointer($0) - start } }
        }
        if let offset { return (offset, "the file holds a NUL byte; save it as UTF-8 text") }
        if String(validating: bytes, as: UTF8.self) == nil {
            return (firstInvalid(in: bytes), "the text is not valid UTF-8; save the file as UTF-8")
        }
        return nil
    }

    /// The length of the longest valid beginning, found by halving.
    private static func firstInvalid(in bytes: [UInt8]) -> Int {
        var (low, high) = (0, bytes.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            // A cut inside a character is not what is looked for, so up to three bytes of one may follow.
            let isValid = (0...3).contains { extra in
                middle + extra <= bytes.count && String(validating: bytes[..<(middle + extra)], as: UTF8.self) != nil
            }
            if isValid { low = middle } else { high = middle }
        }
        return low
    }

    package func finding(_ problem: DefinitionProblem) -> Finding {
        let position =
            root?.position(of: problem.pointer, name: problem.concernsName) ?? TextPosition(line: 1, column: 1)
        return text.finding(
            at: position,
            problem.message,
            severity: problem.severity,
            suggestion: problem.suggestion
        )
    }
}
