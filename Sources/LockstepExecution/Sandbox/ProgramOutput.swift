internal import Foundation

/// What a small program of the system says of itself.
enum ProgramOutput {
    /// The first line of standard output; nil when the program cannot be started or fails.
    static func firstLine(of program: String, _ arguments: [String]) async -> String? {
        let output = Pipe()
        // Both ends are closed here by hand; Foundation closes neither in time.
        defer { try? output.fileHandleForReading.close() }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = ["LANG": "C.UTF-8"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        let status: Int32? = await withCheckedContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                continuation.resume(returning: nil)
            }
            try? output.fileHandleForWriting.close()
        }
        guard status == 0 else { return nil }
        // The program is gone, so what it wrote is in the pipe, and reading cannot block.
        let data = try? output.fileHandleForReading.read(upToCount: 4096)
        return data.map { PlainText.line($0.prefix { $0 != UInt8(ascii: "\n") }) }
    }
}
