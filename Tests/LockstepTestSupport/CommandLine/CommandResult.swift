package import LockstepJSON

/// What a program left behind when it ended.
package struct CommandResult: Sendable, CustomStringConvertible {
    /// The exit status; 128 and the signal's number when a signal ended it, as a shell says it.
    package let status: Int32
    package let output: [UInt8]
    package let errorOutput: [UInt8]
    /// Whether it had to be killed because it took too long.
    package let timedOut: Bool

    package var stdout: String { String(decoding: output, as: UTF8.self) }
    package var stderr: String { String(decoding: errorOutput, as: UTF8.self) }

    /// Standard output as one JSON document; nil when it is anything else.
    package var json: JSONValue? { try? JSONValue(parsing: output) }

    /// `data` of the answer that was printed; nil when there is none.
    package var data: JSONValue? {
        guard let data = json?["data"], data != .null else { return nil }
        return data
    }

    /// All of it, for the message of a failed expectation.
    package var description: String {
        "status \(status)\(timedOut ? ", killed after taking too long" : "")\n--- stdout\n\(stdout)\n--- stderr\n\(stderr)"
    }
}
