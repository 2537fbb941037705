package import LockstepJSON
package import LockstepModel

/// A test file: what a workflow must do in several cases, with stubs in place of its tools.
package struct WorkflowTest: Sendable {
    /// `test_id`, the file's name.
    package let id: String
    package let workflow: CheckedWorkflow
    package let cases: [WorkflowTestCase]
    /// Absolute path of the folder that relative paths begin at.
    package let folder: String
    /// What the tools' own files give back where a case has no stub, by tool.
    package let toolStubs: [ToolID: Stub]
}

/// One case of a test file.
package struct WorkflowTestCase: Sendable {
    package let name: String
    /// Where the case stands in the file.
    package let pointer: JSONPointer
    package let inputs: [TestInput]
    package let stubs: StubSet
    package let expectation: CaseExpectation
}

/// What an input variable is given.
package struct TestInput: Sendable {
    package enum Value: Sendable {
        case json(JSONValue)
        /// One file, or the items of a list of files.
        case files([TestFile])
    }

    /// The variable's id.
    package let variable: String
    package let value: Value
    package let pointer: JSONPointer
}

/// A file that a test gives as an input, or as what a tool has made.
package struct TestFile: Sendable, Hashable {
    package enum Content: Sendable, Hashable {
        /// This text in UTF-8.
        case text(String)
        /// The content of a file, absolute path.
        case file(String)
    }

    package let content: Content
    /// The last component of the path that the file would have.
    package let name: String
    /// What the file is taken for whatever its bytes are; found from its bytes when nil.
    package let mimeType: String?
    package let pointer: JSONPointer
}
