import Foundation
import Glibc
import LockstepStore
import LockstepTestSupport
import Testing

/// Whatever a tool could see of its folder changes the digest, and nothing else does.
struct FolderDigestTests {
    private let folder: TemporaryFolder

    init() throws {
        // There the order of names is that in which they were made.
        folder = try TemporaryFolder(inMemory: true)
        try folder.write("one", to: "tool/a.sh")
        try folder.write("two", to: "tool/deep/b.txt")
        symlink("a.sh", folder.path("tool/link"))
    }

    private func digest(_ name: String = "tool") throws -> String {
        try FolderDigest(memory: FileDigests()).digest(of: folder.path(name))
    }

    @Test
    func `The same content has the same digest, wherever and whenever it was made`() throws {
        let first = try digest()
        try folder.write("two", to: "other/deep/b.txt")
        symlink("a.sh", folder.path("other/link"))
        try folder.write("one", to: "other/a.sh")
        #expect(try digest("other") == first)
    }

    @Test(arguments: ["content", "name", "new file", "empty folder", "mode", "link", "gone", "kind"])
    func `A change that a tool could see changes the digest`(what: String) throws {
        let first = try digest()
        let path = folder.path("tool")
        switch what {
        case "content": try folder.write("onf", to: "tool/a.sh")
        case "name": rename("\(path)/a.sh", "\(path)/c.sh")
        case "new file": try folder.write("", to: "tool/new")
        case "empty folder": mkdir("\(path)/empty", 0o755)
        case "mode": chmod("\(path)/a.sh", 0o755)
        case "link":
            unlink("\(path)/link")
            symlink("deep/b.txt", "\(path)/link")
        case "gone": unlink("\(path)/deep/b.txt")
        default:
            unlink("\(path)/link")
            mkfifo("\(path)/link", 0o644)
        }
        #expect(try digest() != first)
    }

    @Test
    func `Times and what a link leads to outside are no part of it, and nothing is followed`() throws {
        symlink("/", folder.path("tool/root"))
        symlink("loop", folder.path("tool/loop"))
        mkfifo(folder.path("tool/pipe"), 0o644)
        let first = try digest()
        var times = [timespec(tv_sec: 1, tv_nsec: 0), timespec(tv_sec: 1, tv_nsec: 0)]
        #expect(utimensat(AT_FDCWD, folder.path("tool/a.sh"), &times, 0) == 0)
        #expect(try digest() == first)
    }

    @Test
    func `A file that changes while it is remembered is read again`() throws {
        let memory = FileDigests(youth: -1)
        let first = try FolderDigest(memory: memory).digest(of: folder.path("tool"))
        #expect(try FolderDigest(memory: memory).digest(of: folder.path("tool")) == first)
        try folder.write("ONE", to: "tool/a.sh")
        #expect(try FolderDigest(memory: memory).digest(of: folder.path("tool")) != first)
    }

    @Test
    func `What is too large to be looked at has no digest`() throws {
        mkdir(folder.path("many"), 0o755)
        for number in 0...2000 { close(open(folder.path("many/\(number)"), O_CREAT | O_WRONLY, 0o644)) }
        #expect(throws: FolderDigest.Problem.tooLarge) { try digest("many") }
        mkdir(folder.path("big"), 0o755)
        let file = open(folder.path("big/hole"), O_CREAT | O_WRONLY, 0o644)
        ftruncate(file, 65 << 20)
        close(file)
        #expect(throws: FolderDigest.Problem.tooLarge) { try digest("big") }
        #expect(throws: FolderDigest.Problem.unreadable) { try digest("none") }
    }
}
