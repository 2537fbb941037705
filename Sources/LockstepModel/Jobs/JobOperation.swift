/// Everything that can be asked of the job service, and the scope that it takes.
package enum JobOperation: String, Sendable, Hashable, CaseIterable {
    case getJob
    case listJobs
    case areInputsValid
    case loadCheckpoint
    case listAttempts
    case listVariables
    case listAssets
    case readAsset
    case listLinkedTasks
    case listEvents
    case subscribe
    case listWebhooks
    case listDeliveries
    case getBatch
    case listBatches
    case getSchedule
    case listSchedules

    case createJob
    case createExternalJob
    case updateJob
    case deleteJob
    case setInputValue
    case clearInputs
    case validateInputs
    case assignAgent
    case linkTask
    case unlinkTask
    case createBatch

    case scheduleJob
    case startJob
    case executeStep
    case pauseJob
    case resumeJob
    case cancelJob
    case retryJob
    case resetJob
    case completeJob
    case failJob
    case markPartial
    case updateProgress
    case saveCheckpoint
    case recordCost
    case createAsset
    case completeTask
    case failOverdueJob
    case addSchedule
    case removeSchedule
    case pauseSchedule
    case resumeSchedule
    case runSchedule
    case driveBatch
    case cancelBatch
    case retryBatch

    /// Sets any state, past every guard.
    case overrideState
    /// Checks the log of all tenants.
    case verifyEvents
    case addWebhook
    case removeWebhook
    case resumeWebhook
    case deliverWebhooks
    /// Secrets are the operator's; every tenant's jobs may need them.
    case setSecret
    case removeSecret
    case listSecrets
    /// Frees bytes of all tenants.
    case collectGarbage
    /// Gives jobs of all tenants a new runner whose own has died.
    case recoverJobs
    /// Runs the jobs of all tenants.
    case serve

    package var scope: Scope {
        switch self {
        case .getJob, .listJobs, .areInputsValid, .loadCheckpoint, .listAttempts, .listVariables, .listAssets,
            .readAsset, .listLinkedTasks, .listEvents, .subscribe, .listWebhooks, .listDeliveries,
            .getBatch, .listBatches, .getSchedule, .listSchedules:
            .read
        case .createJob, .createExternalJob, .updateJob, .deleteJob, .setInputValue, .clearInputs, .validateInputs,
            .assignAgent, .linkTask, .unlinkTask, .createBatch:
            .write
        case .scheduleJob, .startJob, .executeStep, .pauseJob, .resumeJob, .cancelJob, .retryJob, .resetJob,
            .completeJob, .failJob, .markPartial, .updateProgress, .saveCheckpoint, .recordCost, .createAsset,
            .completeTask, .failOverdueJob, .driveBatch, .cancelBatch, .retryBatch,
            .addSchedule, .removeSchedule, .pauseSchedule, .resumeSchedule, .runSchedule:
            .execute
        case .overrideState, .verifyEvents, .addWebhook, .removeWebhook, .resumeWebhook, .deliverWebhooks,
            .setSecret, .removeSecret, .listSecrets, .collectGarbage, .recoverJobs, .serve:
            .admin
        }
    }
}
