import LockstepJSON
import LockstepModel

/// All that the operations should make of a job, in memory, without a store: what random sequences are compared with.
struct ModelJob {
    /// What an operation should answer.
    enum Answer: Equatable {
        /// The job is one version further and has one event more.
        case changed
        case unchanged
        case refused(JobErrorCode)
    }

    var state = JobState.draft
    var progress = 0
    var version: Int64 = 1
    var events = 1
    var name = "job"
    let isExternal: Bool
    /// Inputs that have a value, and those with an error.
    var values: Set<String> = []
    var errors: Set<String> = []
    var isScheduled = false
    var runs = 0
    var checkpoint: Int?
    /// In cents.
    var cost: Int?
    var agents: [String] = []
    var tasks: Set<String> = []
    var isDeleted = false

    init(isExternal: Bool, hasWord: Bool) {
        self.isExternal = isExternal
        guard !isExternal else { return }
        values = hasWord ? ["times", "word"] : ["times"]
        if hasWord { state = .queued }
    }

    var isComplete: Bool { errors.isEmpty && (isExternal || values.contains("word")) }

    /// Does what an operation does.
    mutating func apply(_ operation: JobMove, isStale: Bool) -> Answer {
        guard !isDeleted else { return .refused(.jobNotFound) }
        if isStale { return .refused(.concurrencyError) }
        let answer = apply(operation)
        if answer == .changed {
            version += 1
            events += 1
        }
        return answer
    }

    private mutating func apply(_ operation: JobMove) -> Answer {
        switch operation {
        case .setInput, .clearInputs, .validateInputs: return changeInputs(operation)
        case .schedule:
            guard state == .draft || state == .scheduled else { return .refused(.invalidTransition) }
            guard isComplete else { return .refused(.validationError) }
            isScheduled = true
            return go(to: .scheduled)
        case .start:
            guard tasks.isEmpty else { return .refused(.dependencyError) }
            guard [.draft, .scheduled, .queued, .paused, .failed, .partial].contains(state) else {
                return .refused(.invalidTransition)
            }
            if state.isSettled { progress = 0 }
            runs += 1
            return go(to: .running)
        case .pause: return go(to: .paused, from: [.running])
        case .resume: return go(to: .running, from: [.paused])
        case .cancel: return go(to: .cancelled, from: [.draft, .scheduled, .queued, .running, .paused])
        case .complete: return finish(.completed, from: [.running])
        case .partial: return finish(.partial, from: [.running])
        case .fail: return isExternal ? go(to: .failed, from: [.running, .paused]) : .refused(.invalidTransition)
        case .retry:
            guard state == .failed || state == .partial else { return .refused(.invalidTransition) }
            progress = 0
            return go(to: .queued)
        case .reset:
            guard state.isSettled else { return .refused(.invalidTransition) }
            (progress, checkpoint, isScheduled) = (0, nil, false)
            return go(to: isExternal || !isComplete ? .draft : .queued)
        default: return note(operation)
        }
    }

    private mutating func changeInputs(_ operation: JobMove) -> Answer {
        guard [.draft, .queued, .scheduled].contains(state) else { return .refused(.invalidTransition) }
        switch operation {
        case .setInput(let input, let isGood):
            guard !isExternal, ["word", "times"].contains(input) else { return .refused(.validationError) }
            if isGood {
                values.formUnion([input, "times"])
                errors.remove(input)
            } else {
                errors.insert(input)
            }
        case .clearInputs: (values, errors) = ([], [])
        default:
            if !isExternal, !values.contains("word") { errors.insert("word") }
            errors.subtract(values)
        }
        if !isComplete { return go(to: .draft) }
        return go(to: state == .draft ? (isScheduled ? .scheduled : .queued) : state)
    }

    /// What leaves the state as it is.
    private mutating func note(_ operation: JobMove) -> Answer {
        switch operation {
        case .progress(let percent):
            guard isExternal, state == .running, percent >= progress else { return .unchanged }
            progress = percent
        case .checkpoint(let number):
            guard state.status == .running else { return .refused(.invalidTransition) }
            checkpoint = number
        case .assign(let agent):
            guard !state.isSettled else { return .refused(.invalidTransition) }
            agents.append(agent)
        case .cost(let cents): cost = (cost ?? 0) + cents
        case .rename(let text): name = text
        case .link(let task): tasks.insert(task)
        case .unlink(let task):
            guard tasks.remove(task) != nil else { return .refused(.validationError) }
        case .delete:
            guard state.status != .running else { return .refused(.invalidTransition) }
            isDeleted = true
        default: break
        }
        return .changed
    }

    private mutating func go(to target: JobState, from sources: Set<JobState>? = nil) -> Answer {
        if let sources, !sources.contains(state) { return .refused(.invalidTransition) }
        state = target
        return .changed
    }

    private mutating func finish(_ target: JobState, from sources: Set<JobState>) -> Answer {
        guard isExternal else { return .refused(.invalidTransition) }
        let answer = go(to: target, from: sources)
        if answer == .changed { progress = 100 }
        return answer
    }

    /// What of a stored job is otherwise; empty when nothing is.
    func differences(from job: Job) -> [String] {
        var differences: [String] = []
        func compare<Value: Equatable>(_ what: String, _ stored: Value, _ expected: Value) {
            if stored != expected { differences.append("\(what) is \(stored), not \(expected)") }
        }
        compare("state", job.state, state)
        compare("status", job.status, state.status)
        compare("progress", job.progress, progress)
        compare("version", job.version, version)
        compare("name", job.name, name)
        compare("values", Set(job.inputValues.names), values)
        compare("errors", Set(job.inputErrors.names), errors)
        compare("is scheduled", job.scheduledAt != nil, isScheduled)
        compare("run number", job.runNumber, runs)
        compare("checkpoint", job.checkpointData?["step_index"]?.integerValue, checkpoint.map(Int64.init))
        compare("cost", job.actualCost, cost.flatMap { Money(parsing: "\($0 / 100).\($0 % 100 / 10)\($0 % 10)") })
        compare("agents", job.delegationChain.compactMap { $0["to"]?.stringValue }, agents)
        compare("agent", job.assignedAgent, agents.last)
        compare("has ended", job.completedAt != nil, state.isSettled)
        return differences
    }
}

/// An operation on a job, with what it is given.
enum JobMove: Equatable {
    case setInput(String, isGood: Bool)
    case clearInputs, validateInputs
    case schedule, start, pause, resume, cancel, complete, fail, partial, retry, reset
    case progress(Int)
    case checkpoint(Int)
    case assign(String)
    case cost(Int)
    case rename(String)
    case link(String)
    case unlink(String)
    case delete

    /// - Parameter isExternal: Jobs of a workflow are not started here, and only they have inputs.
    static func random(isExternal: Bool, using numbers: inout some RandomNumberGenerator) -> JobMove {
        while true {
            switch Int.random(in: 0..<36, using: &numbers) {
            case 0...6 where !isExternal:
                let input = ["word", "times", "nothing"].randomElement(using: &numbers) ?? "word"
                return .setInput(input, isGood: Int.random(in: 0..<4, using: &numbers) > 0)
            case 0...5: return .start
            case 6, 7: return .complete
            case 8: return .clearInputs
            case 9, 10: return .validateInputs
            case 11, 12: return .schedule
            case 13, 14: return .pause
            case 15, 16: return .resume
            case 17: return .cancel
            case 18, 19: return .fail
            case 20: return .partial
            case 21, 22: return .retry
            case 23, 24: return .reset
            case 25, 26: return .progress(Int.random(in: 0...100, using: &numbers))
            case 27: return .checkpoint(Int.random(in: 0...9, using: &numbers))
            case 28: return .assign(["analyst", "writer"].randomElement(using: &numbers) ?? "analyst")
            case 29, 30: return .cost(Int.random(in: 0...10_000, using: &numbers))
            case 31: return .rename("name \(Int.random(in: 0...9, using: &numbers))")
            case 32: return .link("task_\(Int.random(in: 0...1, using: &numbers))")
            case 33, 34: return .unlink("task_\(Int.random(in: 0...1, using: &numbers))")
            case 35 where Int.random(in: 0..<3, using: &numbers) == 0: return .delete
            default: continue
            }
        }
    }
}
