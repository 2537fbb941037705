internal import Glibc

/// Writes a folder as a tar archive (POSIX.1-1988 ustar, with pax records where names or sizes need them).
///
/// The same files give the same bytes: names sorted, no times, no owners, permissions reduced to «may be run».
struct TarWriter {
    /// Receives the next piece.
    typealias Sink = (UnsafeRawBufferPointer) throws(CollectionProblem) -> Void

    private let sink: Sink
    private var entries = 0

    private static let blockSize = 512

    init(sink: @escaping Sink) {
        self.sink = sink
    }

    /// Writes everything in the folder and the end of the archive.
    ///
    /// - Parameter name: What messages call the folder.
    mutating func write(_ folder: OpenFolder, name: String) throws(CollectionProblem) {
        try add(folder, at: WorkPath(components: []), name: name)
        try put([UInt8](repeating: 0, count: Self.blockSize * 2))
    }

    private mutating func add(_ folder: OpenFolder, at path: WorkPath, name: String) throws(CollectionProblem) {
        guard path.components.count < WorkFolder.depthLimit else {
            throw .broken("the folder \(name) is nested deeper than \(WorkFolder.depthLimit) levels")
        }
        let names = folder.names(limit: WorkFolder.entryLimit + 1).sorted { $0.lexicographicallyPrecedes($1) }
        entries += names.count
        guard entries <= WorkFolder.entryLimit else {
            throw .tooLarge("the folder \(name) holds more than \(WorkFolder.entryLimit) names; archive it in the tool")
        }
        for item in names {
            let path = path.appending(item)
            switch folder.entry(item)?.kind {
            case .folder:
                guard let child = folder.folder(item) else { throw .broken("the folder \(path.shown) cannot be read") }
                try putHeader(path, isFolder: true, size: 0, isRunnable: true)
                try add(child, at: path, name: name)
            case .regular: try addFile(item, in: folder, at: path)
            case .link: throw .broken("\(path.shown) is a symbolic link; a kept folder holds regular files only")
            case .special(let kind): throw .broken("\(path.shown) is \(kind); a kept folder holds regular files only")
            case nil: throw .broken("\(path.shown) cannot be looked at")
            }
        }
    }

    private func addFile(_ item: [UInt8], in folder: OpenFolder, at path: WorkPath) throws(CollectionProblem) {
        guard let (file, entry) = folder.file(item) else { throw .broken("\(path.shown) cannot be read") }
        defer { close(file) }
        guard case .regular = entry.kind, entry.links == 1 else {
            throw .broken(
                "\(path.shown) is not a file of its own; a kept folder holds regular files without hard links"
            )
        }
        try putHeader(path, isFolder: false, size: entry.size, isRunnable: entry.mode & 0o100 != 0)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 4096)
        defer { buffer.deallocate() }
        var rest = entry.size
        while rest > 0 {
            let count = read(file, buffer.baseAddress, Int(min(Int64(buffer.count), rest)))
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .broken("\(path.shown) could not be read to its end") }
            try sink(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            rest -= Int64(count)
        }
        try pad(entry.size)
    }

    private func putHeader(_ path: WorkPath, isFolder: Bool, size: Int64, isRunnable: Bool) throws(CollectionProblem) {
        var name = path.bytes
        if isFolder { name.append(UInt8(ascii: "/")) }
        var records: [UInt8] = []
        if name.count > 100 { records += Self.record("path", name) }
        if size > 0o7_7777_7777_77 { records += Self.record("size", Array(String(size).utf8)) }
        if !records.isEmpty {
            try put(Self.header(name: Array("pax".utf8), kind: "x", size: Int64(records.count), mode: 0o644))
            try put(records)
            try pad(Int64(records.count))
        }
        let mode: Int64 = isRunnable ? 0o755 : 0o644
        let written = min(size, 0o7_7777_7777_77)
        try put(Self.header(name: Array(name.prefix(100)), kind: isFolder ? "5" : "0", size: written, mode: mode))
    }

    /// A pax record counts its own length, the digits of that number included.
    private static func record(_ key: String, _ value: [UInt8]) -> [UInt8] {
        let body = Array(" \(key)=".utf8) + value + [UInt8(ascii: "\n")]
        var length = body.count + 1
        while String(length).utf8.count + body.count != length { length = String(length).utf8.count + body.count }
        return Array(String(length).utf8) + body
    }

    private static func header(name: [UInt8], kind: Character, size: Int64, mode: Int64) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: blockSize)
        func set(_ offset: Int, _ bytes: some Collection<UInt8>) {
            block.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        }
        func octal(_ number: Int64, _ width: Int) -> [UInt8] {
            let digits = String(number, radix: 8)
            return Array((String(repeating: "0", count: width - digits.count) + digits).utf8)
        }
        set(0, name)
        set(100, octal(mode, 7))
        set(108, octal(0, 7))
        set(116, octal(0, 7))
        set(124, octal(size, 11))
        set(136, octal(0, 11))
        set(148, Array(repeating: UInt8(ascii: " "), count: 8))
        set(156, Array(String(kind).utf8))
        set(257, Array("ustar\u{0}00".utf8))
        let sum = block.reduce(Int64(0)) { $0 + Int64($1) }
        set(148, octal(sum, 6) + [0, UInt8(ascii: " ")])
        return block
    }

    private func pad(_ size: Int64) throws(CollectionProblem) {
        let rest = Int(size % Int64(Self.blockSize))
        if rest > 0 { try put([UInt8](repeating: 0, count: Self.blockSize - rest)) }
    }

    private func put(_ bytes: [UInt8]) throws(CollectionProblem) {
        let result = bytes.withUnsafeBytes { all in Result { () throws(CollectionProblem) in try sink(all) } }
        try result.get()
    }
}
