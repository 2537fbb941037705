internal import Glibc

/// A step's work folder after all its processes are dead.
struct WorkFolder {
    let root: OpenFolder

    /// Where a walk gives up; a tool that makes more needs a narrower output.
    static let entryLimit = 100_000
    static let depthLimit = 64

    /// What a path of the tool file leads to.
    enum Finding {
        case missing
        /// The path cannot be collected; the text continues a sentence that begins with the path.
        case refused(String)
        case file(descriptor: Int32, size: Int64)
        case folder(OpenFolder)
    }

    /// Follows a path component by component; an opened file belongs to the caller.
    func find(_ path: WorkPath) -> Finding {
        var folder = root
        for (index, name) in path.components.enumerated() {
            guard let entry = folder.entry(name) else { return .missing }
            let isLast = index == path.components.count - 1
            switch entry.kind {
            case .link:
                return .refused(
                    isLast
                        ? "is a symbolic link; an output must be a file of its own, so copy what it points to"
                        : "goes through a symbolic link; an output must be below real folders"
                )
            case .special(let kind): return .refused("is \(kind); an output must be a regular file")
            case .regular:
                guard isLast else { return .missing }
                return open(name, in: folder)
            case .folder:
                guard let child = folder.folder(name) else { return .refused("is a folder that cannot be read") }
                folder = child
            }
        }
        return .folder(folder)
    }

    private func open(_ name: [UInt8], in folder: OpenFolder) -> Finding {
        guard let file = folder.file(name) else { return .refused("cannot be read; check its permissions") }
        guard case .regular = file.entry.kind else {
            close(file.descriptor)
            return .refused("is not a regular file")
        }
        guard file.entry.links == 1 else {
            close(file.descriptor)
            return .refused(
                "has \(file.entry.links) names (hard links); an output must be a file of its own, so copy it"
            )
        }
        return .file(descriptor: file.descriptor, size: file.entry.size)
    }

    /// The top of the folder for a message: at most 20 names in natural order, folders with a slash.
    func listing() -> String {
        let names = root.names(limit: 1000).sorted { NaturalOrder.precedes($0, $1) }
        if names.isEmpty { return "nothing" }
        let shown = names.prefix(20).map { name in
            let isFolder = if case .folder? = root.entry(name)?.kind { true } else { false }
            return PlainText.escaped(String(decoding: name, as: UTF8.self)) + (isFolder ? "/" : "")
        }
        return shown.joined(separator: ", ") + (names.count > 20 ? " and \(names.count - 20) more" : "")
    }
}
