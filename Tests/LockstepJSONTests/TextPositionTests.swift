import LockstepJSON
import Testing

struct TextPositionTests {
    @Test(arguments: [(0, 1, 1), (2, 1, 2), (3, 1, 3), (4, 2, 1), (5, 2, 2), (99, 2, 2)])
    func `An offset is a line and a column of characters`(offset: Int, line: Int, column: Int) {
        #expect(TextPosition(offset: offset, in: Array("äb\nc".utf8)) == TextPosition(line: line, column: column))
    }
}
