internal import Glibc
internal import LockstepExecution
internal import LockstepModel
internal import LockstepStore

/// A file that somebody gave as an input: looked at, but not taken into the asset store yet.
///
/// It is not kept open, because a list may have more files than a process may open.
struct InputFile {
    /// Absolute.
    let path: String
    /// The last component of the path.
    let name: String
    let size: Int64
    let mimeType: String
    /// Which file it was that was looked at.
    private let identity: Identity

    private struct Identity: Equatable {
        let device: UInt
        let inode: UInt

        init(_ status: stat) {
            device = UInt(status.st_dev)
            inode = UInt(status.st_ino)
        }
    }

    /// Opens a file and finds its type, without ever waiting for a FIFO or a device.
    ///
    /// - Parameter declaredType: See ``GivenInput/declaredType``.
    /// - Throws: What is wrong with the file, for a person.
    init(path: String, mediaTypes: LazyMediaTypes, declaredType: String? = nil) throws(InputProblem) {
        self.path = path
        name = path.split(separator: "/").last.map(String.init) ?? "/"
        guard !path.utf8.contains(0) else { throw InputProblem("the path holds a NUL character, which no path can.") }
        guard !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw InputProblem(
                "the file name \(name.debugDescription) holds a line break or another control character; rename the file."
            )
        }
        let descriptor = Self.open(path)
        guard descriptor >= 0 else {
            let code = errno
            switch code {
            case ENOENT, ENOTDIR: throw InputProblem("there is no file at \(path).")
            case EACCES: throw InputProblem("\(path) cannot be read; check its permissions.")
            case EMFILE, ENFILE:
                let message = "\(path) cannot be opened, because too many files are open; raise `ulimit -n`."
                throw InputProblem(message, failure: StoreError(.storageError, message))
            case ENAMETOOLONG: throw InputProblem("the path is too long to be one: \(path.prefix(60))…")
            case ELOOP: throw InputProblem("\(path) cannot be opened: its links go in a circle.")
            case ENXIO: throw InputProblem("\(path) is no regular file; give the path of a file.")
            default:
                let message = "\(path) cannot be opened: \(String(cString: strerror(code)))."
                throw InputProblem(message, failure: StoreError(.storageError, message))
            }
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            let kind = status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "no regular file"
            throw InputProblem("\(path) is \(kind); give the path of a file.")
        }
        size = Int64(status.st_size)
        identity = Identity(status)
        if let declaredType {
            mimeType = declaredType
            return
        }
        do throws(StoreError) {
            mimeType = try mediaTypes.get().mediaType(ofDescriptor: descriptor)
        } catch {
            throw InputProblem(error.message, failure: error)
        }
    }

    /// Never waits for a FIFO or a device.
    private static func open(_ path: String) -> Int32 {
        Glibc.open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
    }

    /// The value the file would have; for checking before it is stored.
    func value(id: AssetID, sha256: String = "") -> FileValue {
        FileValue(assetID: id, name: name, mimeType: mimeType, size: size, sha256: sha256)
    }

    /// Copies the file into the asset store; without one it is only read, to know what it would become there.
    ///
    /// - Parameter memory: Knows files that need not be read again.
    /// - Throws: Also when it is not the file any more that was looked at.
    func store(in blobs: BlobStore?, memory: StoredFiles? = nil) throws(StoreError) -> BlobStore.Blob {
        let descriptor = Self.open(path)
        defer { if descriptor >= 0 { close(descriptor) } }
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0, Identity(status) == identity else {
            throw StoreError(.validationError, "\(path) was replaced or removed while it was being taken. Do it again.")
        }
        guard let blobs else { return try BlobStore.blob(ofDescriptor: descriptor, name: path) }
        let key = StoredFiles.Key(status)
        if let blob = memory?.blob(key, in: blobs) { return blob }
        let blob = try blobs.store(descriptor: descriptor, limit: ByteCount(.max), name: path)
        if fstat(descriptor, &status) == 0, StoredFiles.Key(status) == key { memory?.note(key, blob) }
        return blob
    }
}

/// What is wrong with a given input, for a person.
struct InputProblem: Error, Sendable {
    let message: String
    /// Set when the machine is to blame and not the input: the same input may be right another time.
    let failure: StoreError?

    init(_ message: String, failure: StoreError? = nil) {
        self.message = message
        self.failure = failure
    }
}
