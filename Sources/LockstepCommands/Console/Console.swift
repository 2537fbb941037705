internal import Glibc
package import LockstepJSON
package import LockstepModel

/// Where a command writes: the result on standard output, everything else on standard error.
package struct Console: Sendable {
    package let output: TerminalStream
    package let messages: TerminalStream
    package let environment: [String: String]

    package init(environment: [String: String]) {
        self.environment = environment
        output = TerminalStream(descriptor: STDOUT_FILENO, environment: environment)
        messages = TerminalStream(descriptor: STDERR_FILENO, environment: environment)
    }

    /// The console of this process.
    package static let standard = Console(environment: ProcessEnvironment.current)

    /// Writes a part of the result.
    package func print(_ text: String) throws(CommandFailure) {
        try output.write(text.hasSuffix("\n") ? text : text + "\n")
    }

    /// Writes what was asked for as indented JSON, as `data` of an ``OperationResult``.
    package func print(_ data: JSONValue) throws(CommandFailure) {
        try print(OperationResult(data))
    }

    /// Writes an answer as indented JSON.
    package func print(_ result: OperationResult) throws(CommandFailure) {
        try print(JSONWriter.text(result.json, style: .pretty))
    }

    package func print(_ table: Table) throws(CommandFailure) {
        try output.write(table.render(width: output.width, painter: output.painter))
    }

    /// Tells the person something that is not the result; what cannot be written is lost.
    package func note(_ text: String) {
        try? messages.write(Paragraph.wrap(text, width: messages.width) + "\n")
    }
}
