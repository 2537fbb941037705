import CLinux
import Glibc
import LockstepMasking

/// The step while its processes live: what is waited for, and the order in which it is stopped.
struct RunningAttempt {
    private let order: LaunchOrder
    private let signals: SignalQueue
    private let sandbox: SandboxProcess
    /// Called once, when bubblewrap has said what the sandbox's first process is.
    private let sandboxKnown: (SandboxStatus) -> Void
    private var status = SandboxStatus()
    private var hasStatusEnded = false
    private var output: LogPump
    private var errors: LogPump
    private var watch: ResourceWatch
    private var transfers = Transfers()

    /// Times are milliseconds of the monotonic clock.
    private let wallEnd: Int64
    private var killAt: Int64?
    private var lookAgainAt: Int64?
    private var stopReason: StopReason?
    private var hasKilled = false
    /// Why the tool was not let begin.
    private var failure: String?
    private var sandboxExit: Int32?
    private var areAllDead = false
    /// Names the namespace's first process from the moment it is known, so that a reused number is never hit.
    private var firstProcess: Int32?

    private static let patienceMilliseconds: Int64 = 20

    init(
        order: LaunchOrder,
        folder: Int32,
        signals: SignalQueue,
        start: Int64,
        secrets: SecretPatterns?,
        sandboxKnown: @escaping (SandboxStatus) -> Void
    ) throws(SupervisorFailure) {
        self.order = order
        self.signals = signals
        self.sandboxKnown = sandboxKnown
        let (sum, overflow) = start.addingReportingOverflow(order.wallMilliseconds)
        wallEnd = overflow ? .max : sum
        watch = ResourceWatch(order: order, folder: folder, start: start)
        // A tool that gets something to read opens it inside the sandbox, where it has one.
        let source = order.stdin ?? "/dev/null"
        let stdin = open(source, O_RDONLY | O_CLOEXEC)
        guard stdin >= 0 else { throw SupervisorFailure("\(source) cannot be opened for reading", code: errno) }
        let staging = order.drop.map(Staging.init)
        try staging?.build()
        try order.groups.make()
        sandbox = try SandboxProcess.start(order, stdin: stdin, staging: staging)
        if order.sandbox == nil { status = SandboxStatus(tool: sandbox.process) }
        let (limit, notice) = (order.logBytes, order.logNotice)
        func pump(_ source: Int32, _ name: String) throws(SupervisorFailure) -> LogPump {
            try LogPump(source: source, name: name, folder: folder, limit: limit, notice: notice, secrets: secrets)
        }
        output = try pump(sandbox.output, "stdout.log")
        errors = try pump(sandbox.errors, "stderr.log")
    }

    /// Returns when every process of the step is dead and everything that they wrote is in the logs.
    mutating func runToEnd() {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
        defer { buffer.deallocate() }
        // Bubblewrap says when there is a process that the tool will come from; without it there is one already.
        if order.sandbox == nil { readStatus() }
        while !(areAllDead && output.hasEnded && errors.hasEnded && hasStatusEnded) {
            wait()
            if !hasStatusEnded { readStatus() }
            output.pump(buffer: buffer)
            errors.pump(buffer: buffer)
            for signal in signals.take() { handle(signal) }
            checkTime()
        }
    }

    private mutating func wait() {
        var descriptors = [pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0)]
        if !output.hasEnded { descriptors.append(pollfd(fd: output.source, events: Int16(POLLIN), revents: 0)) }
        if !errors.hasEnded { descriptors.append(pollfd(fd: errors.source, events: Int16(POLLIN), revents: 0)) }
        if !hasStatusEnded { descriptors.append(pollfd(fd: sandbox.status, events: Int16(POLLIN), revents: 0)) }
        let isWatched = stopReason == nil && sandboxExit == nil && firstProcess != nil
        let next = [
            killAt ?? (stopReason == nil ? wallEnd : nil), lookAgainAt, isWatched ? watch.nextLook : nil,
            output.nextLook, errors.nextLook,
        ].compactMap(\.self).min()
        let timeout = next.map { Int32(clamping: max(0, $0 - monotonicMilliseconds())) } ?? -1
        poll(&descriptors, nfds_t(descriptors.count), timeout)
    }

    private mutating func readStatus() {
        hasStatusEnded = !status.take(from: sandbox.status)
        guard firstProcess == nil, let process = status.firstProcess else { return }
        firstProcess = linux_pidfd_open(process)
        sandboxKnown(status)
        guard stopReason == nil else { return kill() }
        do throws(SupervisorFailure) {
            // Bubblewrap's own first process: whatever the tool is started from is below it.
            try order.groups.take(process)
            try setLimits(for: process)
            sandbox.letToolStart()
        } catch {
            failure = error.message
            kill()
        }
    }

    /// As the sandbox's user: who limits a process of another one needs a capability that root in a container lacks.
    private func setLimits(for process: pid_t) throws(SupervisorFailure) {
        guard let drop = order.drop else { return try order.limits.set(for: process) }
        try Staging(drop).asSandboxUser { () throws(SupervisorFailure) in try order.limits.set(for: process) }
    }

    private mutating func handle(_ signal: Int32) {
        switch signal {
        case SIGCHLD: reap()
        case SIGTERM: stop(.cancelled)
        default:
            stopReason = stopReason ?? .cancelled
            kill()
        }
    }

    private mutating func reap() {
        while true {
            let ended = linux_ended_child()
            if ended > 0 { transfers.add(ended) }
            var status: Int32 = 0
            let process = waitpid(ended > 0 ? ended : -1, &status, WNOHANG)
            if process == sandbox.process {
                sandboxExit = status
                // What bubblewrap left behind is ours now; its first process dies with it, this makes sure.
                if let firstProcess { _ = linux_pidfd_send_signal(firstProcess, SIGKILL) }
                lookAgainAt = monotonicMilliseconds() + Self.patienceMilliseconds
            }
            if process > 0 { continue }
            if process < 0 && errno == ECHILD { areAllDead = true }
            return
        }
    }

    private mutating func checkTime() {
        let now = monotonicMilliseconds()
        if stopReason == nil, now >= wallEnd { stop(.timedOut) }
        if stopReason == nil, sandboxExit == nil, now >= watch.nextLook, let first = status.firstProcess,
            let broken = watch.look(below: root ?? first, countsFirst: root == nil, at: now)
        {
            // No grace: what eats the machine would go on eating.
            stopReason = broken
            kill()
        }
        if let killAt, now >= killAt { kill() }
        if let lookAgainAt, now >= lookAgainAt {
            self.lookAgainAt = nil
            if sandboxExit != nil || hasKilled { killSurvivors() } else { terminateInside() }
        }
    }

    /// Asks the tool to end, and sets the time after which it is made to; asked twice, it is made to at once.
    private mutating func stop(_ reason: StopReason) {
        guard stopReason == nil else { return kill() }
        stopReason = reason
        killAt = monotonicMilliseconds() + order.graceMilliseconds
        terminateInside()
    }

    /// The process that all of the step are below when they have no namespace: this one, which orphans come back to.
    private var root: pid_t? { order.sandbox == nil ? getpid() : nil }

    /// A tool that has not begun never does.
    ///
    /// Bubblewrap answers TERM by dying at once, and everything with it, so the tool's own processes get it.
    private mutating func terminateInside() {
        guard !hasKilled else { return }
        guard let first = status.firstProcess else { return kill() }
        let count = ProcessTable().signal(SIGTERM, below: root ?? first)
        if count == 0 { lookAgainAt = monotonicMilliseconds() + Self.patienceMilliseconds }
    }

    private mutating func kill() {
        killAt = nil
        hasKilled = true
        if root == nil, let firstProcess, linux_pidfd_send_signal(firstProcess, SIGKILL) == 0 {
            lookAgainAt = monotonicMilliseconds() + 1000
        } else {
            killSurvivors()
        }
    }

    private mutating func killSurvivors() {
        guard !areAllDead else { return }
        _ = ProcessTable().signal(SIGKILL, below: getpid())
        order.groups.killAll()
        lookAgainAt = monotonicMilliseconds() + Self.patienceMilliseconds
    }

    /// Fills in how the step ended.
    func describe(in record: inout ExitRecord) {
        record.output = output
        record.errors = errors
        record.peakMemory = watch.peakMemory
        record.peakTasks = watch.peakTasks
        record.peakGroupMemory = order.groups.peakMemory
        record.refusedProcesses = order.groups.refusedProcesses
        record.transfers = transfers
        if let failure = failure ?? status.failure {
            record.message = failure
            return
        }
        if let code = status.exitCode {
            let isSignal = code > 128 && code <= 128 + 64
            record.signal = isSignal ? code - 128 : nil
            record.exitCode = isSignal ? nil : code
            record.reason = "exited"
        } else if order.sandbox == nil, let exit = sandboxExit {
            record.signal = exit & 0x7F == 0 ? nil : exit & 0x7F
            record.exitCode = exit & 0x7F == 0 ? exit >> 8 & 0xFF : nil
            record.reason = "exited"
        } else if let exit = sandboxExit, exit & 0x7F != 0 {
            record.message = "bubblewrap was killed by signal \(exit & 0x7F) from outside the step"
        }
        if let stopReason {
            record.reason = stopReason.rawValue
        } else if order.groups.hasRunOutOfMemory {
            // The kernel was quicker than the next look.
            record.reason = StopReason.outOfMemory.rawValue
        }
    }
}
