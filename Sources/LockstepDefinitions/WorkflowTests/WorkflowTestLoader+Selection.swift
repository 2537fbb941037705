internal import LockstepModel

extension WorkflowTestLoader {
    /// Reads the tests that somebody names.
    ///
    /// - Parameters:
    ///   - names: Paths of files, ids of tests, or ids of workflows, whose tests are all meant; all tests when there are none.
    ///   - folder: Where a relative path begins; absolute.
    /// - Returns: Each test once, in the order of its file's name, then those of other folders.
    /// - Throws: `TEST_NOT_FOUND` with everything that names nothing, or when the project has no tests.
    package func select(_ names: [String], from folder: String) throws(DefinitionError) -> [LoadedTest] {
        let paths = files()
        let all = paths.compactMap { load($0) }
        guard !names.isEmpty else {
            guard !all.isEmpty else {
                throw DefinitionError(
                    .testNotFound,
                    "the project has no workflow tests; write one at workflow-tests/ID.yaml, see Documentation/TestingWorkflows.md"
                )
            }
            return all
        }
        var wanted: Set<String> = []
        var others: [LoadedTest] = []
        var missing: [String] = []
        for name in names {
            guard name.contains("/") || DefinitionFile.stem(name) != nil else {
                let found = all.filter { $0.name == name || $0.workflowID?.rawValue == name }
                if found.isEmpty { missing.append(unknown(name, all)) }
                wanted.formUnion(found.map(\.file))
                continue
            }
            let given = name.hasPrefix("/") ? name : "\(folder)/\(name)"
            let path = SourceFile.realPath(given) ?? given
            if paths.contains(path) {
                wanted.insert(project.relative(path))
            } else if let loaded = load(path) {
                if !others.contains(where: { $0.file == loaded.file }) { others.append(loaded) }
            } else {
                missing.append("there is no file \(name)")
            }
        }
        guard missing.isEmpty else { throw DefinitionError(.testNotFound, missing.joined(separator: "; ")) }
        return all.filter { wanted.contains($0.file) } + others
    }

    private func unknown(_ name: String, _ all: [LoadedTest]) -> String {
        let known = Set(all.map(\.name) + all.compactMap { $0.workflowID?.rawValue })
        let nearest = EditDistance.nearest(to: name, among: known)
        let list =
            known.isEmpty ? "the project has no workflow tests" : "there are \(known.sorted().joined(separator: ", "))"
        return "no test and no tested workflow is called `\(name)`; \(nearest.map { "did you mean `\($0)`?" } ?? list)"
    }
}
