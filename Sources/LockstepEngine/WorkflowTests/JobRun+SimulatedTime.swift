internal import LockstepExecution
internal import LockstepModel

extension JobRun {
    /// Lets a wait pass where no time is waited for, and ends the run when that takes it over its deadline.
    ///
    /// - Returns: Whether the next attempt may start.
    func passWait(_ wait: StepWait, _ time: SimulatedTime) -> Bool {
        time.pass(wait.rest(at: context.now()))
        if let deadline = job.deadline, deadline <= context.now(), job.ending == nil {
            watch.timeOut()
            stop.stop()
        }
        return stop.request == .none && !isCancelled
    }
}
