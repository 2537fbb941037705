package import LockstepExecution
package import LockstepModel

/// What a runner tells whoever watches a job in the same process.
package enum JobUpdate: Sendable {
    case started(Job)
    /// A step has begun or ended; `index` counts from 0.
    case step(index: Int, JobStep)
    /// The running step has got on; `jobProgress` is the whole job's 0 to 100.
    case live(index: Int, StepProgress, jobProgress: Int)
    case settled(Job)
}
