import Glibc
import LockstepJSON

/// What `launch.json` asks for.
struct LaunchOrder {
    /// A host path that the sandbox's user may not be able to reach, shown to it at `<staging>/<name>`.
    struct Bind {
        let source: String
        let name: String
        /// The sandbox's user becomes its owner.
        let isWritable: Bool
    }

    /// How a supervisor that is root gives up its power over the sandbox.
    struct Drop {
        let uid: UInt32
        let gid: UInt32
        /// A folder that anyone may enter; a small file system with the binds covers it, for this step only.
        let staging: String
        let binds: [Bind]
        /// Mount points that the sandbox has no use for.
        let unneeded: [String]
    }

    /// The sandbox that bubblewrap makes.
    struct Sandbox {
        /// Absolute path of bubblewrap.
        let program: String
        /// Bubblewrap's options, passed through a descriptor so that the sandbox cannot read the host's paths in its pid 1.
        let options: [String]
        /// Small files, passed as descriptors 6, 7, and so on.
        let files: [File]
    }

    /// A file that bubblewrap makes in the sandbox.
    enum File {
        case content(String)
        /// As the host's file of this path has it, which everybody may read.
        case copy(of: String)
    }

    /// A file of a control group, and what is written into it.
    struct Setting {
        let file: String
        let value: String
        /// Whether the step may not run when the file is not there.
        let isRequired: Bool
    }

    /// A number in a file of a control group: behind a word, or alone when there is none.
    struct Counter {
        let file: String
        let key: String
        /// From which number on it means something.
        let least: Int64
    }

    /// A control group that is made for the step.
    struct Group {
        /// Absolute path of its folder, which must not be there yet.
        let folder: String
        let settings: [Setting]
        let outOfMemoryKills: Counter?
        /// How often the group's own memory limit was reached: a group above it may have been short as well.
        let limitHits: Counter?
        let refusedProcesses: Counter?
        let peak: Counter?
    }

    let attemptID: String
    /// Nil when the tool is started without one; ``direct`` says how then.
    let sandbox: Sandbox?
    /// What ``ToolStart`` needs; nil when there is a sandbox.
    let direct: JSONValue?
    /// The argument vector inside the sandbox.
    let command: [String]
    /// The system calls that the step may not make, as a program for the kernel; empty for none.
    let systemCallFilter: [UInt8]
    /// Limits that the kernel keeps for each process of the sandbox; empty when a program inside sets them.
    let limits: ProcessLimits
    let wallMilliseconds: Int64
    let graceMilliseconds: Int64
    /// What all processes together may hold in memory.
    let memoryBytes: Int64
    /// How many processes and threads there may be; nil when something else sees to it.
    let processes: Int64?
    /// What the work folder may hold.
    let workBytes: Int64
    let workFiles: Int64
    /// The most that is kept of each log.
    let logBytes: Int64
    /// The line that ends a log that was cut.
    let logNotice: String
    let sandboxLevel: String
    /// What a tool without a sandbox reads on standard input; nil for nothing.
    let stdin: String?
    /// The environment variables that hold secrets; their values stand in no file.
    let secrets: [String]
    /// Passed on to the exit record: what holds when the step has begun.
    let enforced: JSONValue
    let notEnforced: JSONValue
    let groups: ControlGroups
    /// Nil when the runner was not root.
    let drop: Drop?

    /// Reads and checks the file; anything missing is named.
    init(folder: Int32) throws(SupervisorFailure) {
        let json: JSONValue
        do {
            json = try JSONValue(parsing: try readFile("launch.json", in: folder))
        } catch let error as JSONSyntaxError {
            throw SupervisorFailure("launch.json is not JSON: \(error.message) at byte \(error.offset)")
        } catch {
            throw error as? SupervisorFailure ?? SupervisorFailure("launch.json cannot be read")
        }
        attemptID = try Self.text("attempt_id", of: json)
        direct = json["direct"]
        sandbox = direct == nil ? try Sandbox(json: json) : nil
        command = try Self.list("command", of: json)
        systemCallFilter = json["system_call_filter"] == nil ? [] : try Self.bytes("system_call_filter", of: json)
        stdin = json["stdin"]?.stringValue
        limits = try ProcessLimits(json: json["limits"])
        wallMilliseconds = try Self.number("wall_ms", of: json)
        graceMilliseconds = try Self.number("grace_ms", of: json)
        memoryBytes = try Self.number("memory_bytes", of: json)
        workBytes = try Self.number("work_bytes", of: json)
        workFiles = try Self.number("work_files", of: json)
        logBytes = try Self.number("log_bytes", of: json)
        logNotice = try Self.text("log_notice", of: json)
        sandboxLevel = try Self.text("sandbox_level", of: json)
        secrets = json["secrets"] == nil ? [] : try Self.list("secrets", of: json)
        enforced = json["enforced"] ?? .object([:])
        notEnforced = json["not_enforced"] ?? .array([])
        var groups: [Group] = []
        for group in json["cgroups"]?.arrayValue ?? [] { groups.append(try Group(json: group)) }
        self.groups = ControlGroups(orders: groups)
        if let direct { processes = try Self.number("processes", of: direct) } else { processes = nil }
        if let drop = json["drop"] { self.drop = try Drop(json: drop) } else { drop = nil }
    }
}
