internal import Foundation

/// What a small program of the system says of itself.
enum ProgramOutput {
    /// The first line of standard output; nil when the program cannot be started or fails.
    static func firstLine(of program: String, _ arguments: [String]) async -> String? {
        let (stream, ended) = AsyncStream.makeStream(of: Int32.self, bufferingPolicy: .bufferingOldest(1))
        let reading = await ProcessStarts.perform { () -> FileHandle? in
            let output = Pipe()
            // Foundation closes neither end in time.
            defer { try? output.fileHandleForWriting.close() }
            let process = Process()
            process.executableURL = URL(fileURLWithPath: program)
            process.arguments = arguments
            process.environment = ["LANG": "C.UTF-8"]
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            process.terminationHandler = { process in
                ended.yield(process.terminationStatus)
                ended.finish()
            }
            do {
                try process.run()
            } catch {
                try? output.fileHandleForReading.close()
                return nil
            }
            return output.fileHandleForReading
        }
        guard let reading else { return nil }
        defer { try? reading.close() }
        var status: Int32?
        for await code in stream { status = code }
        guard status == 0 else { return nil }
        // The program is gone, so what it wrote is in the pipe, and reading cannot block.
        let data = try? reading.read(upToCount: 4096)
        return data.map { PlainText.line($0.prefix { $0 != UInt8(ascii: "\n") }) }
    }
}
