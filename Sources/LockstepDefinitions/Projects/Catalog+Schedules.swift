internal import Glibc
package import LockstepModel

/// The schedules that a workflow file names.
package struct WorkflowSchedules: Sendable {
    package let workflowID: WorkflowID
    /// Nil while there are mistakes in the file.
    package let schedules: [Schedule]?
}

extension Catalog {
    /// A text that differs whenever a workflow file was written, made or removed.
    package func workflowStamp() -> String {
        var lines: [String] = []
        for name in SourceFile.names(in: project.workflowsFolder).sorted() where DefinitionFile.stem(name) != nil {
            var status = stat()
            guard stat("\(project.workflowsFolder)/\(name)", &status) == 0 else { continue }
            let time = status.st_mtim
            lines.append("\(name) \(status.st_ino) \(status.st_size) \(time.tv_sec).\(time.tv_nsec)")
        }
        return lines.joined(separator: "\n")
    }

    /// The schedules of every workflow file, also of those without any, by workflow.
    package func schedules() -> [WorkflowSchedules] {
        let loader = DefinitionLoader(project: project)
        return project.workflowNames().compactMap { name in
            let files = project.files(of: WorkflowID(name))
            guard let file = files.first, let loaded = loader.workflow(file) else { return nil }
            let isUsable = files.count == 1 && !loaded.hasErrors
            return WorkflowSchedules(
                workflowID: WorkflowID(name),
                schedules: isUsable ? loaded.value?.schedules : nil
            )
        }
    }
}
