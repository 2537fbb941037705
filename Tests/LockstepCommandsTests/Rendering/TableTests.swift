import LockstepCommands
import Testing

struct TableTests {
    private func table() -> Table {
        var table = Table([Table.Column("ID"), Table.Column("N", .right), Table.Column("ABOUT", mayShrink: true)])
        table.add(["a", "1", "short"])
        table.add(["漢字", "1000", Table.Cell(String(repeating: "long ", count: 30))])
        return table
    }

    @Test
    func `Columns are aligned, also with wide characters`() {
        let lines = table().render(width: 40, painter: .plain).split(separator: "\n").map(String.init)
        #expect(lines[0] == "ID       N  ABOUT")
        #expect(lines[1] == "a        1  short")
        #expect(lines[2].hasPrefix("漢字  1000  long long"))
        #expect(lines[2].hasSuffix("…"))
    }

    @Test(arguments: [10, 20, 40, 80, 200])
    func `No row is wider than the terminal`(width: Int) {
        for line in table().render(width: width, painter: .plain).split(separator: "\n") {
            #expect(line.displayWidth <= width)
        }
    }

    @Test
    func `Nothing is cut where no width is known`() {
        let long = String(repeating: "long ", count: 30)
        #expect(table().render(width: nil, painter: .plain).contains(long))
    }

    @Test
    func `Colour changes no column`() {
        var table = Table([Table.Column("A"), Table.Column("B")])
        table.add([Table.Cell("x", .red), "y"])
        let text = table.render(width: 80, painter: Painter(isEnabled: true))
        #expect(text.contains("\u{1B}[31mx\u{1B}[0m  y"))
    }

    @Test
    func `A cell cannot break out of its line or steer the terminal`() {
        var table = Table([Table.Column("A")])
        table.add([Table.Cell("one\ntwo\u{1B}[2J")])
        #expect(table.render(width: 80, painter: .plain) == "A\none two^[[2J\n")
    }

    @Test
    func `A table without rows is nothing at all`() {
        #expect(Table([Table.Column("A")]).render(width: 80, painter: .plain).isEmpty)
    }
}
