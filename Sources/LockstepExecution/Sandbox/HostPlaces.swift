/// Where the places of the sandbox are for a step that runs among the machine's own files: the one map from one to the other.
///
/// Tools are told paths of the sandbox: `/in/…`, `/step`, `/tool`. Without it they get those of the host instead, in their
/// arguments and environment. A path that a tool has of itself, in its own files, stays what it is.
struct HostPlaces: Hashable {
    /// Paths inside the sandbox with those on the host; a path below the first is at the same place below the second.
    private let places: [(sandbox: [UInt8], host: [UInt8])]
    /// Paths that are replaced wherever they stand.
    private let exact: [[UInt8]]

    /// - Parameters:
    ///   - places: Sandbox path to host path, both absolute; `/in` is one of them.
    ///   - inputs: All paths below `/in` that the step was given.
    init(_ places: [String: String], inputs: [String]) {
        self.places = places.map { (Array($0.key.utf8), Array($0.value.utf8)) }
        exact = inputs.map { Array($0.utf8) }.sorted { $0.count > $1.count }
    }

    static func == (one: HostPlaces, other: HostPlaces) -> Bool {
        one.exact == other.exact && one.places.elementsEqual(other.places) { $0 == $1 }
    }

    func hash(into hasher: inout Hasher) { hasher.combine(exact) }

    /// A text with the sandbox's paths in it replaced.
    ///
    /// A place counts only where a path can begin and end: `--file=/step/x` has one, `/home/step` has none.
    func resolve(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "/"), let found = place(in: bytes, at: index) else {
                result.append(bytes[index])
                index += 1
                continue
            }
            result += found.host
            index += found.length
        }
        return String(decoding: result, as: UTF8.self)
    }

    private func place(in bytes: [UInt8], at index: Int) -> (host: [UInt8], length: Int)? {
        let rest = bytes[index...]
        let canBegin = index == 0 || !Self.isPathByte(bytes[index - 1])
        guard canBegin || exact.contains(where: { rest.starts(with: $0) }) else { return nil }
        for (sandbox, host) in places where rest.starts(with: sandbox) {
            let end = index + sandbox.count
            if end == bytes.count || bytes[end] == UInt8(ascii: "/") || !Self.isPathByte(bytes[end]) {
                return (host, sandbox.count)
            }
        }
        return nil
    }

    private static func isPathByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...:
            true
        default: "/._-~+%#".utf8.contains(byte)
        }
    }
}
