internal import ArgumentParser
internal import LockstepModel

/// `lockstep exit-codes`, which is also `lockstep help exit-codes`.
struct ExitCodesCommand: ParsableCommand {
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

    func run() throws {
        try Console.standard.print(Self.table)
    }
}
