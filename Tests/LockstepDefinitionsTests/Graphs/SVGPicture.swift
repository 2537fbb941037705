import Foundation
import FoundationXML

/// An SVG picture as an XML parser reads it.
final class SVGPicture: NSObject, XMLParserDelegate {
    struct Element {
        let name: String
        let attributes: [String: String]
        var text = ""

        func number(_ name: String) -> Double { attributes[name].flatMap(Double.init) ?? .nan }
        var classes: [String] { (attributes["class"] ?? "").split(separator: " ").map(String.init) }
    }

    private(set) var elements: [Element] = []
    private var open: [Int] = []
    private let isWellFormed: Bool

    /// - Throws: When it is no XML.
    init(_ svg: String) throws {
        let parser = XMLParser(data: Data(svg.utf8))
        isWellFormed = true
        super.init()
        parser.delegate = self
        guard parser.parse() else { throw NotXML(reason: "\(parser.parserError.map { "\($0)" } ?? "?")") }
    }

    struct NotXML: Error {
        let reason: String
    }

    func parser(
        _ parser: XMLParser,
        didStartElement name: String,
        namespaceURI: String?,
        qualifiedName: String?,
        attributes: [String: String]
    ) {
        open.append(elements.count)
        elements.append(Element(name: name, attributes: attributes))
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
        if let last = open.last { elements[last].text += text }
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        open.removeLast()
    }

    func all(_ name: String, _ label: String? = nil) -> [Element] {
        elements.filter { $0.name == name && (label.map($0.classes.contains) ?? true) }
    }

    /// Everything that can be read in it.
    var words: String { elements.filter { $0.name != "style" }.map(\.text).joined(separator: "\n") }

    struct Point {
        let x: Double
        let y: Double
    }

    /// A rectangle, or a line from one corner to the other.
    struct Area {
        let left: Double
        let right: Double
        let top: Double
        let bottom: Double

        init(_ one: Point, _ other: Point) {
            (left, right) = (min(one.x, other.x), max(one.x, other.x))
            (top, bottom) = (min(one.y, other.y), max(one.y, other.y))
        }

        init(_ box: Element) {
            let corner = Point(x: box.number("x"), y: box.number("y"))
            self.init(corner, Point(x: corner.x + box.number("width"), y: corner.y + box.number("height")))
        }

        /// Whether they have more than edges in common.
        func overlaps(_ other: Area) -> Bool {
            left < other.right && other.left < right && top < other.bottom && other.top < bottom
        }

        /// Whether a line runs inside of it.
        func holds(_ line: Area) -> Bool {
            line.left < right && line.right > left && line.top < bottom && line.bottom > top
        }
    }

    /// The straight lines of a path; a curve counts as the corner that it rounds off.
    static func lines(_ path: String) -> [Area] {
        var corners: [Point] = []
        var (x, y) = (0.0, 0.0)
        let scanner = Scanner(string: path)
        scanner.charactersToBeSkipped = .whitespaces
        while let command = scanner.scanCharacter() {
            func next() -> Double { scanner.scanDouble() ?? .nan }
            switch command {
            case "M", "L": (x, y) = (next(), next())
            case "H": x = next()
            case "V": y = next()
            case "Q":
                corners.append(Point(x: next(), y: next()))
                (x, y) = (next(), next())
            default: return []
            }
            corners.append(Point(x: x, y: y))
        }
        return zip(corners, corners.dropFirst()).map { Area($0, $1) }
    }
}
