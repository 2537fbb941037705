internal import Glibc
package import LockstepModel

/// The schedules that a workflow file names.
package struct WorkflowSchedules: Sendable {
    package let workflowID: WorkflowID
    /// Nil while there are mistakes in the file, or while it cannot be read.
    package let schedules: [Schedule]?
}

extension Catalog {
    /// A text that differs whenever a workflow file was written, made or removed.
    ///
    /// - Throws: When the folder is there and cannot be read.
    package func workflowStamp() throws(SourceFile.Failure) -> String {
        var lines: [String] = []
        for name in try workflowFiles() where DefinitionFile.stem(name) != nil {
            var status = stat()
            guard stat("\(project.workflowsFolder)/\(name)", &status) == 0 else { continue }
            let time = status.st_mtim
            lines.append("\(name) \(status.st_ino) \(status.st_size) \(time.tv_sec).\(time.tv_nsec)")
        }
        return lines.joined(separator: "\n")
    }

    /// The schedules of every workflow file, also of those without any, by workflow.
    ///
    /// - Throws: When the folder is there and cannot be read.
    package func schedules() throws(SourceFile.Failure) -> [WorkflowSchedules] {
        let loader = DefinitionLoader(project: project)
        let names = Set(try workflowFiles().compactMap(DefinitionFile.stem)).filter(DefinitionName.isValid)
        return names.sorted().map { name in
            let files = project.files(of: WorkflowID(name))
            // One that is listed and cannot be loaded may have been written anew meanwhile: that does not end its schedules.
            let loaded = files.count == 1 ? files.first.flatMap { loader.workflow($0) } : nil
            let schedules = loaded.flatMap { $0.hasErrors ? nil : $0.value?.schedules }
            return WorkflowSchedules(workflowID: WorkflowID(name), schedules: schedules)
        }
    }

    /// None when there is no folder.
    private func workflowFiles() throws(SourceFile.Failure) -> [String] {
        do throws(SourceFile.Failure) {
            return try SourceFile.listing(of: project.workflowsFolder)
        } catch {
            guard error == .missing else { throw error }
            return []
        }
    }
}
