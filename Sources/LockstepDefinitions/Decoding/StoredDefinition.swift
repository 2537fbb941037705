package import LockstepJSON
package import LockstepModel

extension Tool {
    /// Reads a tool as the database keeps it.
    ///
    /// - Parameter folder: Where the tool's own files are; not part of the definition.
    /// - Throws: `WORKFLOW_INVALID` with all that is wrong in the message.
    package init(definition: JSONValue, folder: String? = nil) throws(DefinitionError) {
        var decoder = DefinitionDecoder()
        let tool = decoder.tool(definition, folder: folder)
        guard let tool, decoder.problems.isEmpty else { throw DefinitionError(stored: "tool", decoder.problems) }
        self = tool
    }
}

extension Workflow {
    /// Reads a workflow as the database keeps it.
    ///
    /// - Throws: `WORKFLOW_INVALID` with all that is wrong in the message.
    package init(definition: JSONValue) throws(DefinitionError) {
        var decoder = DefinitionDecoder()
        let workflow = decoder.workflow(definition)
        guard let workflow, decoder.problems.isEmpty else {
            throw DefinitionError(stored: "workflow", decoder.problems)
        }
        self = workflow
    }
}

extension DefinitionError {
    fileprivate init(stored noun: String, _ problems: [DefinitionProblem]) {
        let list = problems.map { $0.pointer.tokens.isEmpty ? $0.message : "\($0.pointer): \($0.message)" }
        self.init(.workflowInvalid, "the stored \(noun) cannot be read: " + list.joined(separator: "; "))
    }
}
