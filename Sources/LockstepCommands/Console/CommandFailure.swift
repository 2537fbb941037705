package import LockstepDefinitions
package import LockstepJSON
package import LockstepModel

/// Why a command ends without doing what it was asked: one code, one paragraph for a person, and what it is about.
package struct CommandFailure: Error, Sendable {
    package let code: JobErrorCode
    package let message: String
    /// One entry an input that is wrong.
    package var fields: [FieldError] = []
    /// What is wrong with definition files.
    package var findings: [Finding] = []
    /// The exit status when it is not the code's own.
    package var status: ExitStatus

    package init(
        _ code: JobErrorCode,
        _ message: String,
        fields: [FieldError] = [],
        findings: [Finding] = [],
        status: ExitStatus? = nil
    ) {
        self.code = code
        self.message = message
        self.fields = fields
        self.findings = findings
        self.status = status ?? code.exitStatus
    }

    package init(_ error: JobError) {
        self.init(error.code, error.message, fields: error.fields)
    }

    package init(_ error: DefinitionError) {
        self.init(error.code, error.message, findings: error.findings)
    }

    /// Any error that a command ended with.
    package init(_ error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let error as JobError: self.init(error)
        case let error as DefinitionError: self.init(error)
        default:
            self.init(
                .stepFailed,
                "Something went wrong that lockstep has no words for: \(error). Please report it with the command you gave."
            )
        }
    }

    /// What `--output json` prints instead of a result.
    package var result: OperationResult { result(data: .null) }

    /// The same beside something that is there in spite of it.
    package func result(data: JSONValue) -> OperationResult {
        var details: JSONObject = [:]
        if !fields.isEmpty {
            details["fields"] = .array(
                fields.map { ["field": .string($0.field), "message": .string($0.message)] }
            )
        }
        if !findings.isEmpty { details["findings"] = .array(findings.map(\.json)) }
        return OperationResult(errorCode: code.rawValue, errorMessage: message, data: data, details: details)
    }
}

extension Console {
    /// Tells the person why a command failed: the paragraph, then each field and finding on lines of its own.
    package func report(_ failure: CommandFailure) {
        let paint = messages.painter
        tell("lockstep:", failure.message, .red)
        for field in failure.fields { tell("  \(field.field.onOneLine):", field.message, .bold) }
        for finding in failure.findings {
            try? messages.write(FindingText.render(finding, painter: paint, width: messages.width))
        }
    }

    /// One paragraph that begins with a styled label, which is put in after wrapping.
    private func tell(_ label: String, _ text: String, _ style: Style) {
        let wrapped = Paragraph.wrap("\(label) \(text.harmlessLines)", width: messages.width, indent: 2)
        try? messages.write(messages.painter(style, label) + wrapped.dropFirst(label.count) + "\n")
    }
}
