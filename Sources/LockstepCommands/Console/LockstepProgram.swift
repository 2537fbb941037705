internal import ArgumentParser
internal import Glibc
internal import LockstepModel

/// The program `lockstep`: reads the command line, runs the command, and turns how it ended into an exit status.
package enum LockstepProgram {
    /// Runs the command of this process.
    ///
    /// - Returns: The exit status (``ExitStatus``).
    @concurrent
    package static func run(_ arguments: [String]) async -> Int32 {
        // A handler that does nothing makes writing to a closed pipe an error of that write; unlike SIG_IGN it is not
        // inherited by the programs that are started.
        signal(SIGPIPE) { _ in }
        let console = Console.standard
        var wantsJSON = asksForJSON(arguments)
        do {
            var command = try parse(arguments)
            if let reading = command as? any JSONReporting { wantsJSON = reading.wantsJSON }
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return ExitStatus.completed.rawValue
        } catch let code as ExitCode {
            return code.rawValue
        } catch {
            let isFromParser = LockstepCommand.exitCode(for: error) != .failure
            return isFromParser
                ? answer(parserError: error, to: arguments, console: console, wantsJSON: wantsJSON)
                : answer(CommandFailure(error), console: console, wantsJSON: wantsJSON)
        }
    }

    /// The command that the words ask for, with what they give it.
    ///
    /// ArgumentParser makes the whole tree of commands before it reads a word, which takes milliseconds; so the command that
    /// is named is tried by itself, and what it does not take goes to the root, whose messages name the whole way to it.
    private static func parse(_ arguments: [String]) throws -> any ParsableCommand {
        var command: any ParsableCommand.Type = LockstepCommand.self
        var rest = arguments[...]
        while let word = rest.first,
            let next = command.configuration.subcommands.first(where: { $0._commandName == word })
        {
            command = next
            rest = rest.dropFirst()
        }
        // A request for help is answered by a command of ArgumentParser's own.
        if command.configuration.subcommands.isEmpty, let parsed = try? command.parseAsRoot(Array(rest)),
            type(of: parsed) == command
        {
            return parsed
        }
        return try LockstepCommand.parseAsRoot(arguments)
    }

    private static func asksForJSON(_ arguments: [String]) -> Bool {
        arguments.contains("--output=json")
            || zip(arguments, arguments.dropFirst()).contains { $0 == "--output" && $1 == "json" }
    }

    /// Answers what the argument parser threw: a request for help is a result, anything else is wrong usage.
    private static func answer(
        parserError error: any Error,
        to arguments: [String],
        console: Console,
        wantsJSON: Bool
    ) -> Int32 {
        let text = LockstepCommand.fullMessage(for: error)
        guard LockstepCommand.exitCode(for: error) != .success else {
            do throws(CommandFailure) {
                try console.print(text)
                return ExitStatus.completed.rawValue
            } catch {
                return answer(error, console: console, wantsJSON: wantsJSON)
            }
        }
        let failure = CommandFailure(.usage, unknownCommand(arguments) ?? LockstepCommand.message(for: error))
        let usage = text.split(separator: "\n").drop { !$0.hasPrefix("Usage:") }.joined(separator: "\n")
        let status = answer(failure, console: console, wantsJSON: wantsJSON)
        if !usage.isEmpty { try? console.messages.write(usage + "\n") }
        return status
    }

    /// Says which word names no command, with the nearest that does; nil when something else is wrong.
    private static func unknownCommand(_ arguments: [String]) -> String? {
        var command: any ParsableCommand.Type = LockstepCommand.self
        var path = "lockstep"
        for argument in arguments {
            let names = command.configuration.subcommands.map { $0._commandName }
            guard !names.isEmpty, !argument.hasPrefix("-"), argument != "help" else { return nil }
            guard let next = names.firstIndex(of: argument) else {
                let nearest = EditDistance.nearest(to: argument, among: names).map { "; did you mean `\(path) \($0)`?" }
                return "There is no command `\(path) \(argument.onOneLine.cut(to: 40))`"
                    + (nearest ?? ". There are: \(names.joined(separator: ", ")).")
            }
            command = command.configuration.subcommands[next]
            path += " \(argument)"
        }
        return nil
    }

    private static func answer(_ failure: CommandFailure, console: Console, wantsJSON: Bool) -> Int32 {
        if wantsJSON { try? console.print(failure.result) }
        console.report(failure)
        return failure.status.rawValue
    }
}
