internal import ArgumentParser
internal import LockstepModel

/// A status as people type it, in capitals or not.
enum StatusChoice: String, ExpressibleByArgument, CaseIterable {
    case pending
    case running
    case completed
    case failed

    init?(argument: String) {
        self.init(rawValue: argument.lowercased())
    }

    var status: JobStatus {
        switch self {
        case .pending: .pending
        case .running: .running
        case .completed: .completed
        case .failed: .failed
        }
    }
}

extension JobState: ExpressibleByArgument {
    package init?(argument: String) {
        self.init(rawValue: argument.lowercased())
    }
}
