import Foundation
import LockstepStore
import LockstepTestSupport
import Testing

struct MediaTypeDetectorTests {
    @Test(arguments: [
        ("%PDF-1.4\n%\u{e2}\n1 0 obj\n<<>>\nendobj\n", "application/pdf"),
        ("GIF89a\u{1}\0\u{1}\0\0\0\0;", "image/gif"),
        ("Plain words in a plain file.\n", "text/plain"),
        ("", "application/x-empty"),
    ])
    func `the type comes from the content, not from the name`(content: String, expected: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(content, to: "file.bin")
        let file = try #require(FileHandle(forReadingAtPath: path))
        #expect(try MediaTypeDetector().mediaType(ofDescriptor: file.fileDescriptor) == expected)
    }
}
