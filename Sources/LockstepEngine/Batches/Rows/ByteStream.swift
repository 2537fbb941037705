internal import Glibc
internal import LockstepModel

/// The bytes of a file or of standard input, one after the other, through a fixed buffer.
final class ByteStream {
    /// For messages.
    let source: String
    private let descriptor: Int32
    private let ownsDescriptor: Bool
    private let buffer: UnsafeMutableBufferPointer<UInt8>
    private var at = 0
    private var end = 0

    private static let bufferSize = 1 << 16

    /// Reads from a descriptor that stays open.
    init(descriptor: Int32, named source: String) {
        self.descriptor = descriptor
        self.source = source
        ownsDescriptor = false
        buffer = .allocate(capacity: Self.bufferSize)
    }

    /// Opens a table.
    ///
    /// - Throws: When there is no regular file of that name that can be read; a FIFO is never waited for.
    init(path: String) throws(BatchProblem) {
        source = path
        descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
        ownsDescriptor = true
        buffer = .allocate(capacity: Self.bufferSize)
        guard descriptor >= 0 else {
            switch errno {
            case ENOENT, ENOTDIR: throw BatchProblem(path, "there is no table at \(path).")
            case EACCES: throw BatchProblem(path, "\(path) cannot be read; check its permissions.")
            default: throw BatchProblem(path, "\(path) cannot be opened: \(String(cString: strerror(errno))).")
            }
        }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            let kind = facts.st_mode & S_IFMT == S_IFDIR ? "is a folder" : "is no regular file"
            throw BatchProblem(path, "\(path) \(kind); give a file, or `-` and write the rows to standard input.")
        }
    }

    deinit {
        buffer.deallocate()
        if ownsDescriptor, descriptor >= 0 { close(descriptor) }
    }

    /// The next byte without taking it; nil at the end.
    @inline(__always)
    func peek() throws(BatchProblem) -> UInt8? {
        if at == end, try !fill() { return nil }
        return buffer[at]
    }

    /// Takes the byte that ``peek()`` has shown.
    @inline(__always)
    func skip() { at += 1 }

    /// Shows the bytes that are in the buffer, at least one, and takes as many of them as the closure says; nothing happens at the end.
    @inline(__always)
    func take(_ count: (UnsafeBufferPointer<UInt8>) -> Int) throws(BatchProblem) {
        if at == end, try !fill() { return }
        at += count(UnsafeBufferPointer(rebasing: buffer[at..<end]))
    }

    /// Takes a line with its LF.
    ///
    /// - Parameters:
    ///   - line: Where the bytes go, without the LF.
    ///   - limit: How many of them.
    /// - Returns: Whether all went there; nil at the end of the input.
    func takeLine(into line: inout [UInt8], limit: Int) throws(BatchProblem) -> Bool? {
        guard try peek() != nil else { return nil }
        var isWhole = true
        while try peek() != nil {
            let bytes = UnsafeBufferPointer(rebasing: buffer[at..<end])
            guard let start = bytes.baseAddress else { break }
            let lineFeed = memchr(start, 0x0A, bytes.count)
            let length = lineFeed.map { UnsafeRawPointer($0) - UnsafeRawPointer(start) } ?? bytes.count
            let room = limit - line.count
            line.append(contentsOf: bytes.prefix(min(length, room)))
            if length > room { isWhole = false }
            at += length
            if lineFeed != nil {
                at += 1
                break
            }
        }
        return isWhole
    }

    /// Takes the mark that some programs write before UTF-8.
    ///
    /// - Throws: For the marks of UTF-16, which is not read.
    func takeMark() throws(BatchProblem) {
        guard try peek() != nil else { return }
        // What a pipe has not delivered yet is waited for only when it may be part of a mark.
        while end - at < 3, [0xEF, 0xFE, 0xFF].contains(buffer[at]), try more() {}
        let mark = Array(buffer[at..<min(end, at + 3)])
        if mark == [0xEF, 0xBB, 0xBF] { at += 3 }
        if mark.starts(with: [0xFF, 0xFE]) || mark.starts(with: [0xFE, 0xFF]) {
            throw BatchProblem(source, "\(source) is written in UTF-16; save it as UTF-8.")
        }
    }

    private func fill() throws(BatchProblem) -> Bool {
        at = 0
        end = 0
        return try more()
    }

    /// Adds to the buffer; false at the end of the input.
    private func more() throws(BatchProblem) -> Bool {
        guard end < buffer.count else { return false }
        while true {
            let count = read(descriptor, buffer.baseAddress.map { $0 + end }, buffer.count - end)
            if count >= 0 {
                end += count
                return count > 0
            }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                _ = poll(&wait, 1, -1)
            default:
                throw BatchProblem(
                    source,
                    "\(source) cannot be read any further: \(String(cString: strerror(errno))).",
                    code: .storageError
                )
            }
        }
    }
}
