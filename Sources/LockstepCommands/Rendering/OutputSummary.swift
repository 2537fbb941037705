internal import LockstepJSON
package import LockstepModel

/// What a settled job made, for the person who ran it.
package enum OutputSummary {
    /// One line an output, `name: value` cut to the terminal; for files also where the bytes are and how to get a copy.
    ///
    /// - Parameters:
    ///   - path: Where the asset store keeps a file.
    ///   - width: Nil when nothing must be cut.
    package static func text(
        of job: Job,
        path: (FileValue) -> String?,
        width: Int?,
        painter: Painter
    ) -> String {
        var lines: [String] = []
        for (name, value) in job.outputData ?? [:] {
            let label = name.onOneLine
            let room = width.map { max(1, $0 - label.displayWidth - 2) }
            lines.append(painter(.bold, label) + ": " + ValueText.short(value, width: room))
            let files = value.files
            for file in files {
                if let path = path(file) { lines.append("  \(path)") }
            }
            switch files.count {
            case 0: break
            case 1: lines.append(painter(.dim, "  lockstep outputs get \(job.id.shortText) \(label)"))
            default: lines.append(painter(.dim, "  lockstep outputs export \(job.id.shortText) FOLDER"))
            }
        }
        return lines.joined(separator: "\n")
    }
}
