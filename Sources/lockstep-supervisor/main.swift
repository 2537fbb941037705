import Glibc

// Usage: lockstep-supervisor <attempt folder>, with exactly the step's environment. See the execution document.
// A runner that stops a step at once signals this process before its first line ran: the mask comes before everything else.
let signals = SignalQueue()
if CommandLine.arguments.dropFirst() == [ToolStart.argument] { _exit(ToolStart.run()) }
guard CommandLine.arguments.count == 2 else {
    printToStandardError("usage: lockstep-supervisor <attempt folder>; `lockstep` starts it, people need not")
    exit(2)
}
do {
    try Supervision(folder: CommandLine.arguments[1], signals: signals).run()
    // Nothing is left to be done at exit, and the runner waits.
    _exit(0)
} catch {
    printToStandardError("lockstep-supervisor: \(error.message)")
    exit(1)
}
