internal import LockstepModel

/// Tells from the last words of a tool that failed which limit it may have run into.
///
/// The kernel answers a program that wants more with an error number and tells nobody else, so the system's own texts for
/// these numbers are all that there is to see; a tool that hides them hides the reason.
struct LimitHint {
    let limits: ResourceLimits
    /// How often the kernel refused the step a process; known with control groups only.
    let refusedProcesses: Int64

    /// - Parameter lines: What the tool wrote last to standard error.
    /// - Returns: A clause with the limit and the remedy; nil when nothing points at one.
    func clause(for lines: [String]) -> String? {
        func says(_ words: String...) -> Bool { lines.contains { line in words.contains { line.contains($0) } } }
        if refusedProcesses > 0 || says("Cannot fork", "fork: ", "Resource temporarily unavailable", "start new thread")
        {
            let verb = refusedProcesses > 0 ? "ran" : "may have run"
            return "it \(verb) into its limit of \(limits.processes) processes and threads; give it more with "
                + "resources.processes"
        }
        if says("Too many open files") {
            return "it ran into its limit of \(limits.openFiles) open files; give it more with resources.open_files"
        }
        if says("File too large") {
            return "it ran into its limit of \(limits.fileSize) a file; give it more with resources.file_size"
        }
        if says("No space left on device") {
            return "its /tmp may be full, which holds \(limits.workSize); give it more with resources.work_size"
        }
        return nil
    }
}
