internal import Foundation
internal import Glibc
internal import LockstepDefinitions
internal import LockstepExecution
internal import LockstepModel
internal import LockstepStore

/// The files that a test gives, and those that come out of it.
struct TestFileContent {
    let blobs: BlobStore
    let mediaTypes: LazyMediaTypes

    /// More is not read of a file that an expectation looks into.
    private static let sizeLimit = 16 << 20

    /// The beginning of a file as text; nil when it cannot be read.
    static func text(at path: String) -> String? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        return ((try? file.read(upToCount: sizeLimit)) ?? nil).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    func text(of file: FileValue) -> String? { Self.text(at: blobs.path(of: file.sha256)) }

    /// Takes a file into the asset store as if a tool had made it.
    ///
    /// - Parameter allowed: `mime_types` of the output.
    func collect(_ file: TestFile, allowed: [String]) throws(TestProblem) -> CollectedFile {
        do throws(StoreError) {
            switch file.content {
            case .text(let text):
                let blob = try blobs.store(Array(text.utf8), name: file.name)
                return try collected(file, blob, allowed: allowed)
            case .file(let path):
                let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
                guard descriptor >= 0 else {
                    throw StoreError(.storageError, "\(path) cannot be opened: \(String(cString: strerror(errno))).")
                }
                defer { close(descriptor) }
                var status = stat()
                guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
                    throw StoreError(.storageError, "\(path) is no regular file.")
                }
                let blob = try blobs.store(descriptor: descriptor, limit: ByteCount(.max), name: path)
                return try collected(file, blob, allowed: allowed)
            }
        } catch {
            throw TestProblem(pointer: file.pointer, message: error.message)
        }
    }

    private func collected(
        _ file: TestFile,
        _ blob: BlobStore.Blob,
        allowed: [String]
    ) throws(StoreError) -> CollectedFile {
        var type = file.mimeType
        if type == nil {
            let descriptor = open(blobs.path(of: blob.sha256), O_RDONLY | O_CLOEXEC)
            defer { if descriptor >= 0 { close(descriptor) } }
            let found = try mediaTypes.get().mediaType(ofDescriptor: descriptor)
            type = MediaTypeRule(allowed).accepted(found)
            if type == nil {
                throw StoreError(
                    .validationError,
                    "\(file.name) is \(found), and the tool makes \(allowed.joined(separator: ", ")); say another `mime_type`."
                )
            }
        }
        return CollectedFile(
            name: file.name,
            sha256: blob.sha256,
            size: blob.size,
            mimeType: type ?? "application/octet-stream"
        )
    }
}
