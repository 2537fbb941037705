internal import ArgumentParser

/// The job that a command is about.
struct JobArgument: ParsableArguments {
    @Argument(help: "The job: its id, a unique part of the id's end (4 characters or more), or `last`.")
    var job: String
}
