internal import LockstepModel
internal import LockstepStore

/// What steps have made before, as far as somebody may use it again.
struct EarlierResults: Sendable {
    let store: JobStore
    let scope: ReuseScope

    enum Comparison: Sendable {
        /// The newest step with the same fingerprint that still has all it made.
        case equal(CompletedStep)
        /// Why there is none, one reason each, and the job that was compared.
        case different(reasons: [String], job: JobID?)
    }

    /// Compares a step with those that ran before.
    ///
    /// - Parameters:
    ///   - job: Only older ones are looked at to say what differs.
    ///   - start: Only steps that had completed by then.
    ///   - own: The step itself, when it has run.
    func compare(
        _ fingerprint: StepFingerprint,
        _ workflow: WorkflowID,
        _ step: StepID,
        before job: JobID,
        by start: Instant,
        except own: StepOrigin?
    ) async throws(StoreError) -> Comparison {
        let equal = try await store.completedSteps(withFingerprint: fingerprint.digest, in: scope, by: start)
            .filter { $0.origin != own }
        if let whole = equal.first(where: \.isWhole) { return .equal(whole) }
        if let gone = equal.first {
            return .different(reasons: ["the earlier outputs were removed by gc"], job: gone.origin.jobID)
        }
        guard let earlier = try await store.earlierStep(than: job, of: workflow, step, in: scope, by: start) else {
            return .different(reasons: ["there is no earlier result of it"], job: nil)
        }
        return .different(reasons: fingerprint.differences(from: earlier.fingerprint), job: earlier.jobID)
    }
}
