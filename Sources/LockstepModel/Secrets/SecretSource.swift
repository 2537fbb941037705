/// Where the value of a secret comes from when a job starts.
package enum SecretSource: Sendable, Hashable {
    /// It is kept in the state folder.
    case value(SecretValue)
    /// It is in an environment variable of the program that runs the job.
    case environment(String)
    /// A program prints it; an argument vector, never a shell.
    case command([String])

    package var kind: String {
        switch self {
        case .value: "value"
        case .environment: "environment"
        case .command: "command"
        }
    }
}
