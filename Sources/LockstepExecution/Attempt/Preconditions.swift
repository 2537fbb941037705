internal import Glibc
internal import LockstepModel

/// What must be there before a step starts; found here, it is a clear message instead of a sandbox that cannot be made.
struct Preconditions {
    private let invocation: StepInvocation

    private let seesHost: Bool

    /// - Parameter seesHost: Whether the step runs among the machine's own files.
    init(_ invocation: StepInvocation, seesHost: Bool = false) {
        self.invocation = invocation
        self.seesHost = seesHost
    }

    func problem() -> StepFailure? {
        for path in invocation.sandbox.read + invocation.sandbox.devices where access(path, F_OK) != 0 {
            return StepFailure(
                .stepFailed,
                "the tool asks to read `\(PlainText.escaped(path))`, which is not on this machine; install it or correct "
                    + "`sandbox` in the tool file."
            )
        }
        let texts = invocation.command + invocation.environment.flatMap { [$0.key, $0.value] }
        if texts.contains(where: { $0.utf8.contains(0) }) {
            return StepFailure(
                .stepFailed,
                "an argument or environment variable holds a NUL byte, which no program can get."
            )
        }
        return ProgramLookup(invocation, seesHost: seesHost).problem()
    }
}
