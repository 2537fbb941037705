internal import CPCRE2

/// Owns the compiled form of a pattern.
///
/// Unchecked because it holds a pointer. Proof: `pcre2_code` is never changed after `pcre2_compile` (pcre2api, "Multithreading":
/// threads may share it), the other stored properties are constants, everything a search writes to belongs to that one call,
/// and the code is freed only when the last owner goes.
final class CompiledPattern: @unchecked Sendable {
    private let code: OpaquePointer
    private let names: [(name: String, number: Int)]
    /// What one step of the search may cost in bytes that it looks at without telling.
    private let stepCost: Int

    /// Bytes of an expression.
    private static let maximumLength = 16 << 10

    init(_ source: String) throws(PatternError) {
        guard source.utf8.count <= Self.maximumLength else {
            throw .invalid(message: "the pattern is longer than \(Self.maximumLength) bytes", offset: 0)
        }
        // ECMA 262 spellings where PCRE2 has them; \C could split a character; callouts count the work of a search.
        let options =
            PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY | PCRE2_ALT_BSUX
            | PCRE2_ALLOW_EMPTY_CLASS | PCRE2_MATCH_UNSET_BACKREF | PCRE2_AUTO_CALLOUT
        var failure: Int32 = 0
        var offset = 0
        let text = PropertyNames.translated(Array(source.utf8))
        guard let code = pcre2_compile_8(text, text.count, options, &failure, &offset, nil) else {
            throw .invalid(message: Self.message(of: failure), offset: min(offset, text.count))
        }
        self.code = code
        names = Self.names(in: code)
        stepCost = 16 + Self.largestRepeat(in: text)
    }

    deinit {
        pcre2_code_free_8(code)
    }

    /// Searches with the work that is left, and takes away what the search took.
    func firstMatch(in text: String, work: inout Int) -> Result<PatternMatch?, PatternError> {
        var text = text
        return text.withUTF8 { bytes in
            // An empty text may have no address; PCRE2 wants one.
            guard let base = bytes.baseAddress else {
                return [0].withUnsafeBufferPointer { search($0, count: 0, work: &work) }
            }
            return search(UnsafeBufferPointer(start: base, count: bytes.count), count: bytes.count, work: &work)
        }
    }

    private func search(
        _ bytes: UnsafeBufferPointer<UInt8>,
        count: Int,
        work: inout Int
    ) -> Result<PatternMatch?, PatternError> {
        guard let data = pcre2_match_data_create_from_pattern_8(code, nil) else { return .failure(.tooComplex) }
        defer { pcre2_match_data_free_8(data) }
        guard let context = pcre2_match_context_create_8(nil) else { return .failure(.tooComplex) }
        defer { pcre2_match_context_free_8(context) }
        pcre2_set_match_limit_8(context, 1_000_000)
        pcre2_set_depth_limit_8(context, 100_000)
        pcre2_set_heap_limit_8(context, 64 << 10)  // KiB

        let granted = min(work, SearchFuel.maximum)
        var fuel = SearchFuel(stepCost: stepCost, left: granted)
        defer { work -= granted - fuel.left + SearchFuel.startCost }
        let result = withUnsafeMutablePointer(to: &fuel) { fuel in
            pcre2_set_callout_8(
                context,
                { block, fuel in
                    guard let block, let fuel else { return PCRE2_ERROR_MATCHLIMIT }
                    let isLeft = fuel.assumingMemoryBound(to: SearchFuel.self).pointee
                        .burn(at: block.pointee.current_position)
                    return isLeft ? 0 : PCRE2_ERROR_MATCHLIMIT
                },
                fuel
            )
            // A Swift string is valid UTF-8 already.
            return pcre2_match_8(code, bytes.baseAddress, count, 0, PCRE2_NO_UTF_CHECK, data, context)
        }
        if result == PCRE2_ERROR_NOMATCH { return .success(nil) }
        guard result > 0, let ends = pcre2_get_ovector_pointer_8(data) else { return .failure(.tooComplex) }
        // A group that took no part has PCRE2_UNSET, which reads as -1.
        func group(_ number: Int) -> String? {
            let (start, end) = (ends[number * 2], ends[number * 2 + 1])
            guard start >= 0, start <= end, end <= count else { return nil }
            return String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<end]), as: UTF8.self)
        }
        var groups: [String: String] = [:]
        for (name, number) in names where number < Int(pcre2_get_ovector_count_8(data)) {
            if let text = group(number) { groups[name] = text }
        }
        return .success(PatternMatch(text: group(0) ?? "", groups: groups))
    }

    /// Reads the table of named groups: entries of equal size, two bytes of group number, then the name and a NUL.
    private static func names(in code: OpaquePointer) -> [(name: String, number: Int)] {
        var count: UInt32 = 0
        var size: UInt32 = 0
        var table: UnsafePointer<UInt8>?
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMECOUNT), &count)
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMEENTRYSIZE), &size)
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMETABLE), &table)
        guard let table else { return [] }
        return (0..<Int(count)).map { index in
            let entry = table + index * Int(size)
            return (String(cString: entry + 2), Int(entry[0]) << 8 | Int(entry[1]))
        }
    }

    private static func message(of failure: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        let length = pcre2_get_error_message_8(failure, &buffer, buffer.count)
        return length > 0 ? String(decoding: buffer.prefix(Int(length)), as: UTF8.self) : "the pattern is not valid"
    }

    /// The largest number after a brace or a comma: how often one item may be repeated without a callout.
    private static func largestRepeat(in text: [UInt8]) -> Int {
        var largest = 0
        var current: Int?
        for byte in text {
            if byte == UInt8(ascii: "{") || byte == UInt8(ascii: ",") {
                current = 0
            } else if let number = current, (0x30...0x39).contains(byte) {
                current = min(number * 10 + Int(byte - 0x30), 65_535)
                largest = max(largest, current ?? 0)
            } else {
                current = nil
            }
        }
        return largest
    }
}

/// What is left of the work that one search may do, in bytes looked at.
///
/// PCRE2's own match limit counts neither the steps of a simple repeat nor the places a search starts at, so `a*b` on a
/// megabyte of `a` would stay below it for minutes.
private struct SearchFuel {
    let stepCost: Int
    private(set) var left: Int
    private var position = 0

    /// What one search may take.
    static let maximum = 200_000_000
    /// What it takes to begin a search.
    static let startCost = 100

    init(stepCost: Int, left: Int) {
        self.stepCost = stepCost
        self.left = left
    }

    /// False when nothing is left.
    mutating func burn(at newPosition: Int) -> Bool {
        left -= abs(newPosition - position) + stepCost
        position = newPosition
        return left > 0
    }
}
