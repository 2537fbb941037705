/// A relative path below a work folder, as the bytes of its components.
struct WorkPath: Hashable {
    private(set) var components: [[UInt8]]

    /// Nil for a path that is empty or absolute, or holds `..` or a NUL; `.` and doubled slashes are dropped.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.first != UInt8(ascii: "/"), !bytes.contains(0) else { return nil }
        components = bytes.split(separator: UInt8(ascii: "/")).map(Array.init).filter { $0 != Array(".".utf8) }
        guard !components.isEmpty, !components.contains(Array("..".utf8)) else { return nil }
    }

    init(components: [[UInt8]]) {
        self.components = components
    }

    func appending(_ name: [UInt8]) -> WorkPath { WorkPath(components: components + [name]) }

    var bytes: [UInt8] { Array(components.joined(separator: [UInt8(ascii: "/")])) }

    /// With everything that a terminal would obey made visible.
    var shown: String {
        PlainText.escaped(String(decoding: bytes, as: UTF8.self))
    }

    /// Nil when the last component is not UTF-8 or holds control characters, which no file name in the store may.
    var storableName: String? {
        guard let last = components.last, let name = String(validating: last, as: UTF8.self),
            !name.unicodeScalars.contains(where: PlainText.isControl)
        else { return nil }
        return name
    }
}
