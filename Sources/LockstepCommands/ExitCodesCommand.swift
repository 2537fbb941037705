internal import ArgumentParser
internal import LockstepJSON
internal import LockstepModel

/// `lockstep exit-codes`, which is also `lockstep help exit-codes`.
struct ExitCodesCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "exit-codes",
        abstract: "Lists what the exit status of each command means.",
        discussion: table
    )

    /// One line a status.
    static let table = (["Exit status:"] + ExitStatus.allCases.map(line)).joined(separator: "\n")

    private static func line(_ status: ExitStatus) -> String {
        let text = Paragraph.wrap(status.meaning, width: 72).replacing("\n", with: "\n       ")
        return "  " + String(status.rawValue).padded(to: 3, .right) + "  " + text
    }

    @OptionGroup var output: OutputOptions

    func run() async throws {
        if output.isJSON {
            let entries = ExitStatus.allCases.map { status -> JSONValue in
                ["code": .integer(Int64(status.rawValue)), "meaning": .string(status.meaning)]
            }
            return try Console.standard.print(["exit_codes": .array(entries)])
        }
        try Console.standard.print(Self.table)
    }
}
