internal import ArgumentParser

/// How a command prints its result.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}

/// `--output text|json`, on every command that reads.
struct OutputOptions: ParsableArguments {
    @Option(
        name: .customLong("output"),
        help: "How the result is printed: text for people, json for programs; messages go to standard error."
    )
    var format = OutputFormat.text

    var isJSON: Bool { format == .json }
}

/// A command that prints its errors as JSON when its results are.
protocol JSONReporting {
    var wantsJSON: Bool { get }
}

/// A command with ``OutputOptions``.
protocol ReadingCommand: AsyncParsableCommand, JSONReporting {
    var output: OutputOptions { get }
}

extension ReadingCommand {
    var wantsJSON: Bool { output.isJSON }
}
