/// Replaces secrets in a stream of bytes, however it is cut into pieces.
///
/// Bytes that may be the beginning of a secret are held back until the next ones decide. What is held back is bounded by
/// the longest form of a secret.
package struct SecretMasker: Sendable {
    /// What stands in place of a secret.
    package static let mask: [UInt8] = Array("***".utf8)

    private let patterns: SecretPatterns
    private var state: Int32 = 0
    /// Looked at, but not given out.
    private var held: [UInt8] = []
    /// Where secrets stand in what is held back.
    private var pending: [Range<Int>] = []
    /// How many bytes at the beginning of what comes next belong to a secret whose mask was given out.
    private var covered = 0
    /// Whether anything was masked.
    package private(set) var hasMasked = false

    /// A shorter beginning of a secret gives little away, and may be shown when nothing more comes for a moment.
    private static let harmless = 3
    /// The end of a stream that is a beginning of a secret of this length is masked: a tool may have been killed there.
    private static let telling = 8
    /// Line breaks do not count; more of them than this for each byte do.
    private static let lineBreaks = 2

    package init(_ patterns: SecretPatterns) {
        self.patterns = patterns
    }

    /// Whether something is held back that may be shown when nothing more comes for a moment: secrets that are masked, and
    /// besides them no more than a few bytes that may be the beginning of another.
    package var isHoldingHarmless: Bool {
        guard !held.isEmpty else { return false }
        var place = min(covered, held.count)
        var shown = 0
        for secret in pending + [held.count..<held.count] {
            let between = held[place..<max(place, secret.lowerBound)]
            shown += between.count { !SecretPatterns.isLineBreak($0) }
            place = max(place, secret.upperBound)
        }
        return shown <= min(Self.harmless, patterns.shortest / 4)
    }

    private var depth: Int { Int(patterns.depth[Int(state)]) }

    /// Takes the next bytes and gives out what is decided, in one call or none.
    package mutating func take(_ piece: UnsafeRawBufferPointer, giving give: (UnsafeRawBufferPointer) -> Void) {
        guard !piece.isEmpty else { return }
        if held.isEmpty {
            work(on: piece, from: 0, give)
        } else {
            let start = held.count
            let all = held + piece
            all.withUnsafeBytes { work(on: $0, from: start, give) }
        }
    }

    /// Gives out what is held back when nothing more has come for a moment; see ``isHoldingHarmless``.
    ///
    /// The search goes on where it is, so the rest of a secret that comes later is masked.
    package mutating func pause(giving give: (UnsafeRawBufferPointer) -> Void) {
        guard isHoldingHarmless else { return }
        release(pending, give)
    }

    /// Gives out what is left at the end of the stream.
    package mutating func finish(giving give: (UnsafeRawBufferPointer) -> Void) {
        let end = held.lastIndex { !SecretPatterns.isLineBreak($0) } ?? 0
        release(depth >= Self.telling && end > 0 ? [0..<(end + 1)] : pending, give)
        state = 0
        covered = 0
    }

    private mutating func release(_ secrets: [Range<Int>], _ give: (UnsafeRawBufferPointer) -> Void) {
        let rest = held
        held = []
        rest.withUnsafeBytes { write($0, upTo: rest.count, secrets, give) }
    }

    /// Looks at the bytes from `start` on and gives out those before the first that is undecided.
    private mutating func work(
        on all: UnsafeRawBufferPointer,
        from start: Int,
        _ give: (UnsafeRawBufferPointer) -> Void
    ) {
        let secrets = search(all, from: start)
        var end = Self.place(of: depth, before: all.count, in: all)
        if all.count - end > patterns.longest * (1 + Self.lineBreaks) {
            state = 0
            end = all.count
        }
        held = Array(all[end...])
        write(all, upTo: end, secrets, give)
    }

    /// Where secrets stand, in order and apart from each other.
    private mutating func search(_ all: UnsafeRawBufferPointer, from start: Int) -> [Range<Int>] {
        var secrets = pending
        var state = state
        let rowCount = patterns.rowCount
        patterns.rows.withUnsafeBufferPointer { rows in
            var index = start
            while index < all.count {
                let byte = all[index]
                index += 1
                if state < rowCount {
                    state = rows[Int(state) << 8 | Int(byte)]
                    continue
                }
                guard !SecretPatterns.isLineBreak(byte) else { continue }
                state = patterns.next(state, byte)
                let length = Int(patterns.found[Int(state)])
                guard length > 0 else { continue }
                var secret = Self.place(of: length, before: index, in: all)..<index
                while let last = secrets.last, last.upperBound > secret.lowerBound {
                    secret = min(last.lowerBound, secret.lowerBound)..<secret.upperBound
                    secrets.removeLast()
                }
                secrets.append(secret)
            }
        }
        self.state = state
        return secrets
    }

    /// Where the last so many bytes begin that are no line breaks; 0 when some of them were given out already.
    private static func place(of count: Int, before end: Int, in all: UnsafeRawBufferPointer) -> Int {
        var place = end
        var left = count
        while left > 0, place > 0 {
            place -= 1
            if !SecretPatterns.isLineBreak(all[place]) { left -= 1 }
        }
        return place
    }

    /// Gives out the bytes before `end`, with masks in place of secrets; what is beyond it of them is kept in mind.
    private mutating func write(
        _ all: UnsafeRawBufferPointer,
        upTo end: Int,
        _ secrets: [Range<Int>],
        _ give: (UnsafeRawBufferPointer) -> Void
    ) {
        let before = covered
        covered = max(0, before - end)
        pending = []
        guard before > 0 || !secrets.isEmpty else {
            if end > 0 { give(UnsafeRawBufferPointer(rebasing: all[..<end])) }
            return
        }
        var out: [UInt8] = []
        var place = min(before, end)
        for secret in secrets {
            guard secret.lowerBound < max(before, end) else {
                pending.append(secret.lowerBound - end..<secret.upperBound - end)
                continue
            }
            // One that overlaps a secret whose mask was given out only makes that one longer.
            if secret.lowerBound >= before {
                out += all[place..<secret.lowerBound]
                out += Self.mask
                hasMasked = true
            }
            place = max(place, min(secret.upperBound, end))
            covered = max(covered, secret.upperBound - end)
        }
        out += all[place..<end]
        if !out.isEmpty { out.withUnsafeBytes(give) }
    }
}

extension SecretPatterns {
    /// A whole text with masks in place of secrets; nil when there are none in it.
    package func masked(_ bytes: some Collection<UInt8>) -> [UInt8]? {
        var masker = SecretMasker(self)
        var out: [UInt8] = []
        Array(bytes).withUnsafeBytes { masker.take($0) { out += $0 } }
        masker.finish { out += $0 }
        return masker.hasMasked ? out : nil
    }
}
