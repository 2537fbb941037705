package import LockstepJSON
package import LockstepModel

/// A test file as it was read.
package struct LoadedTest: Sendable {
    /// Relative to the project.
    package let file: String
    /// The id that the file stands for.
    package let name: String
    /// What the file says it tests; nil when it does not say it.
    package let workflowID: WorkflowID?
    /// Nil when anything is wrong.
    package let test: WorkflowTest?
    /// Sorted.
    package let findings: [Finding]
    private let document: SourceDocument

    init(
        file: String,
        name: String,
        workflowID: WorkflowID?,
        test: WorkflowTest?,
        findings: [Finding],
        document: SourceDocument
    ) {
        self.file = file
        self.name = name
        self.workflowID = workflowID
        self.test = test
        self.findings = findings.sorted()
        self.document = document
    }

    /// Where something stands in the file.
    package func position(of pointer: JSONPointer) -> TextPosition? { document.root?.position(of: pointer) }
}

/// Finds and reads the test files of a project.
package struct WorkflowTestLoader: Sendable {
    package let project: Project
    private let catalog: Catalog

    package init(_ project: Project) {
        self.project = project
        catalog = Catalog(project)
    }

    /// Absolute paths of the project's test files, sorted.
    package func files() -> [String] {
        let folder = project.workflowTestsFolder
        return SourceFile.names(in: folder).filter { DefinitionFile.stem($0) != nil }.map { "\(folder)/\($0)" }
            .filter { !SourceFile.isFolder($0) }
    }

    /// Reads a test file and checks it against the workflow that it tests.
    ///
    /// - Parameter path: Absolute.
    /// - Returns: Nil when there is no such file.
    package func load(_ path: String) -> LoadedTest? {
        let file = project.relative(path)
        guard let document = SourceDocument.load(path, named: file) else { return nil }
        let last = path.split(separator: "/").last.map(String.init) ?? path
        let name = DefinitionFile.stem(last) ?? last
        guard let json = document.root?.json else {
            return LoadedTest(
                file: file,
                name: name,
                workflowID: nil,
                test: nil,
                findings: document.findings,
                document: document
            )
        }
        var head = DefinitionDecoder()
        let members = head.members(json, "a test", known: WorkflowTestReader.keys, at: JSONPointer())
        let id = members.map { head.name("test_id", in: $0, "a test") } ?? ""
        if !id.isEmpty, id != name {
            head.note(
                JSONPointer(["test_id"]),
                "the test_id `\(id)` is not the name of its file, `\(name)`; rename one of them"
            )
        }
        let workflowID = members.map { head.name("workflow", in: $0, "a test") }.map { WorkflowID($0) }
        if let members { _ = head.text("description", in: members) }
        var problems = head.problems
        var test: WorkflowTest?
        if let members, let workflowID, !workflowID.rawValue.isEmpty {
            do throws(DefinitionError) {
                let checked = try catalog.workflow(workflowID)
                let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
                var reader = WorkflowTestReader(checked, folder: folder, toolsFolder: project.toolsFolder)
                let cases = reader.cases(in: members)
                problems += reader.decoder.problems
                test = WorkflowTest(
                    id: id,
                    workflow: checked,
                    cases: cases,
                    folder: folder,
                    toolStubs: reader.defaults
                )
            } catch {
                problems.append(Self.problem(error, of: workflowID))
            }
        }
        let findings = document.findings + problems.map(document.finding)
        return LoadedTest(
            file: file,
            name: name,
            workflowID: workflowID,
            test: findings.contains(where: \.isError) ? nil : test,
            findings: findings,
            document: document
        )
    }

    private static func problem(_ error: DefinitionError, of id: WorkflowID) -> DefinitionProblem {
        let place = JSONPointer(["workflow"])
        guard error.code == .workflowInvalid else { return DefinitionProblem(place, error.message) }
        let first = error.findings.first(where: \.isError)
        let reason = first.map { finding in
            " (\(finding.file)\(finding.position.map { ":\($0.line):\($0.column)" } ?? ""): \(finding.message))"
        }
        return DefinitionProblem(
            place,
            "the workflow `\(id)` cannot be used\(reason ?? ""); `lockstep check` says everything that is wrong with it"
        )
    }
}
