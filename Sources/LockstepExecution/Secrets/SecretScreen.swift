internal import Glibc
internal import LockstepJSON
internal import LockstepMasking
internal import LockstepModel

/// Keeps a step's secrets out of what the runner itself takes from the tool: events, outputs and messages.
///
/// What the tool writes to its streams is masked by the supervisor before it is in a file.
package struct SecretScreen: Sendable {
    /// Nil when the step has no secrets, or none whose value is known.
    private let patterns: SecretPatterns?
    /// Whether everything can be masked; texts that are not the supervisor's must not be shown otherwise.
    let isComplete: Bool

    package init(_ invocation: StepInvocation) {
        let values = invocation.secrets.values.compactMap { $0 }
        isComplete = values.count == invocation.secrets.count
        patterns = values.isEmpty ? nil : SecretPatterns(values.map { Array($0.revealed.utf8) })
    }

    /// Lets everything through.
    init() {
        patterns = nil
        isComplete = true
    }

    private init(_ patterns: SecretPatterns?, isComplete: Bool) {
        self.patterns = patterns
        self.isComplete = isComplete
    }

    /// For an attempt that another runner started: a secret may have been changed since, so what the tool says beside its
    /// streams is not shown while it runs.
    var ofAdopted: SecretScreen { SecretScreen(patterns, isComplete: isComplete && patterns == nil) }

    func text(_ text: String) -> String {
        guard let masked = patterns?.masked(text.utf8) else { return text }
        return String(decoding: masked, as: UTF8.self)
    }

    /// A value with its texts and names masked; numbers that hold a secret become text.
    func value(_ value: JSONValue) -> JSONValue {
        guard let patterns, patterns.masked(JSONWriter.bytes(value)) != nil || finds(in: value) else { return value }
        switch value {
        case .string(let text): return .string(self.text(text))
        case .array(let items): return .array(items.map { self.value($0) })
        case .object(let members):
            return .object(JSONObject(members.map { (self.text($0.name), self.value($0.value)) }))
        default: return .string(text(JSONWriter.text(value)))
        }
    }

    /// Whether a secret stands in the value, as it is or as JSON writes it.
    func finds(in value: JSONValue) -> Bool {
        guard let patterns else { return false }
        switch value {
        case .string(let text): return patterns.masked(text.utf8) != nil
        case .array(let items): return items.contains { finds(in: $0) }
        case .object(let members): return members.contains { finds(in: .string($0.name)) || finds(in: $0.value) }
        default: return patterns.masked(JSONWriter.bytes(value)) != nil
        }
    }

    func finds(in bytes: [UInt8]) -> Bool { patterns?.masked(bytes) != nil }

    /// Whether a secret stands in a file, which is read from its beginning; its position is left at the beginning.
    func finds(inFile descriptor: Int32) -> Bool {
        guard var search = search() else { return false }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 4096)
        defer {
            buffer.deallocate()
            lseek(descriptor, 0, SEEK_SET)
        }
        lseek(descriptor, 0, SEEK_SET)
        while true {
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return search.ends() }
            if search.finds(in: UnsafeRawBufferPointer(rebasing: buffer[..<count])) { return true }
        }
    }

    /// A search in bytes that come in pieces; nil when there is nothing to look for.
    func search() -> Search? { patterns.map { Search(masker: SecretMasker($0)) } }

    struct Search {
        fileprivate var masker: SecretMasker

        mutating func finds(in piece: UnsafeRawBufferPointer) -> Bool {
            masker.take(piece) { _ in }
            return masker.hasMasked
        }

        /// Whether one was found by the end.
        mutating func ends() -> Bool {
            masker.finish { _ in }
            return masker.hasMasked
        }
    }
}
