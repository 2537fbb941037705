package import LockstepJSON

/// What every answer in JSON looks like (seed 004): `{success, data, error_code, error_message}`, all four always there.
package struct OperationResult: Sendable, Hashable {
    package let success: Bool
    /// What was asked for; a job that was run and failed stands here beside its error.
    package let data: JSONValue
    package let errorCode: String?
    package let errorMessage: String?
    /// What is wrong in particular, as members beside the four: `fields`, `findings`.
    package let details: JSONObject

    /// The answer to an operation that was done.
    package init(_ data: JSONValue) {
        success = true
        self.data = data
        errorCode = nil
        errorMessage = nil
        details = [:]
    }

    /// The answer to an operation that was not done, or whose outcome is a failure.
    package init(errorCode: String, errorMessage: String, data: JSONValue = .null, details: JSONObject = [:]) {
        success = false
        self.data = data
        self.errorCode = errorCode
        self.errorMessage = errorMessage
        self.details = details
    }

    /// The answer of a command that found what it looked for: trouble.
    package init(_ code: JobErrorCode, _ message: String, data: JSONValue) {
        self.init(errorCode: code.rawValue, errorMessage: message, data: data)
    }

    /// The outcome of a job that somebody waited for: a failure when it failed, was cancelled or did not end.
    package init(outcomeOf job: Job) {
        guard job.status == .failed, let message = job.errorMessage else {
            self.init(job.json)
            return
        }
        let code = job.errorCode ?? JobErrorCode.stepFailed.rawValue
        self.init(errorCode: code, errorMessage: message, data: job.json)
    }

    package var json: JSONValue {
        var object: JSONObject = [
            "success": .bool(success), "data": data,
            "error_code": errorCode.map { .string($0) } ?? .null,
            "error_message": errorMessage.map { .string($0) } ?? .null,
        ]
        for (name, value) in details { object[name] = value }
        return .object(object)
    }
}
