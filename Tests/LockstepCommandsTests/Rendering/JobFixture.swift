import LockstepJSON
import LockstepModel

/// A job of a given state, for tests that only draw it.
enum JobFixture {
    static let start = Instant(milliseconds: 1_790_000_000_000)

    static func job(state: JobState = .running, steps: [JobStep] = [], outputs: JSONObject? = nil) -> Job {
        Job(
            id: JobID("job_01K0000000000000000000ABCD"),
            workflowID: WorkflowID("analyze_document"),
            workflowDigest: nil,
            tenantID: "default",
            userID: "ada",
            name: "Analyze document",
            description: "",
            state: state,
            createdAt: start,
            updatedAt: start,
            startedAt: start,
            steps: steps,
            outputData: outputs
        )
    }

    static func step(_ index: Int, _ status: StepStatus, id: String? = nil) -> JobStep {
        let isOver = status == .completed || status == .failed
        return JobStep(
            id: StepID(id ?? "step\(index + 1)"),
            jobID: JobID("job_01K0000000000000000000ABCD"),
            sequenceNumber: index,
            status: status,
            toolID: ToolID("tool"),
            toolName: "Tool",
            toolDigest: "",
            startedAt: status == .pending || status == .skipped ? nil : start,
            completedAt: isOver ? Instant(milliseconds: start.milliseconds + 1200) : nil,
            errorMessage: status == .failed ? "the tool ended with exit code 3" : nil
        )
    }

    static func file(_ name: String, id: String = "file_1") -> JSONValue {
        FileValue(
            assetID: AssetID(id),
            name: name,
            mimeType: "text/plain",
            size: 2048,
            sha256: String(repeating: "a", count: 64)
        ).json
    }
}
