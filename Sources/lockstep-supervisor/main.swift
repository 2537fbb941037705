import Glibc

// Usage: lockstep-supervisor <attempt folder>, with exactly the step's environment. See the execution document.
// A runner that stops a step at once signals this process before its first line ran: the mask comes before everything else.
let signals = SignalQueue()
let arguments = Array(CommandLine.arguments.dropFirst())
if arguments == [ToolStart.argument] { _exit(ToolStart.run()) }
let runner = SupervisorProcess.begin()
let folder: String
switch (arguments.count, arguments.first) {
case (1, let path?): folder = path
case (2, SpareSupervisor.argument):
    // Nothing has been started, and nobody is told anything.
    guard let path = SpareSupervisor(signals: signals).wait() else { _exit(0) }
    folder = path
default:
    printToStandardError("usage: lockstep-supervisor <attempt folder>; `lockstep` starts it, people need not")
    exit(2)
}
do {
    try Supervision(folder: folder, runner: runner, signals: signals).run()
    // Nothing is left to be done at exit, and the runner waits.
    _exit(0)
} catch {
    printToStandardError("lockstep-supervisor: \(error.message)")
    exit(1)
}
