/// What one attempt may use. Every limit is always there; a tool's `resources:` replaces the standard values.
package struct ResourceLimits: Sendable, Hashable {
    /// `wall`: time from start to end.
    package var wall: DurationText
    /// `grace`: time between asking the step to end and making it.
    package var grace: DurationText
    /// `memory`: all processes of the step together.
    package var memory: ByteCount
    /// `processes`: processes and threads at one time.
    package var processes: Int
    /// `open_files`: descriptors of one process.
    package var openFiles: Int
    /// `file_size`: the largest file that may be written.
    package var fileSize: ByteCount
    /// `work_size`: everything in the work folder, and separately everything in `/tmp`.
    package var workSize: ByteCount
    /// `work_files`: files and folders in the work folder.
    package var workFiles: Int
    /// `log_size`: what is kept of each of standard output and standard error.
    package var logSize: ByteCount

    package init(
        wall: DurationText = DurationText(milliseconds: 3_600_000),
        grace: DurationText = DurationText(milliseconds: 5000),
        memory: ByteCount = .gibibytes(2),
        processes: Int = 256,
        openFiles: Int = 1024,
        fileSize: ByteCount = .gibibytes(2),
        workSize: ByteCount = .gibibytes(4),
        workFiles: Int = 1_000_000,
        logSize: ByteCount = .mebibytes(64)
    ) {
        self.wall = wall
        self.grace = grace
        self.memory = memory
        self.processes = processes
        self.openFiles = openFiles
        self.fileSize = fileSize
        self.workSize = workSize
        self.workFiles = workFiles
        self.logSize = logSize
    }

    package static let standard = ResourceLimits()

    /// The most that one value of a variable may take, as JSON or text.
    package static let valueSize = ByteCount.mebibytes(16)
    /// The most that one value may take in an argument or an environment variable.
    package static let argumentSize = ByteCount(64 << 10)
}
