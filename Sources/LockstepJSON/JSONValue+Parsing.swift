/// Builds plain values; a member name that comes twice is an error, because silently losing one is worse.
private struct ValueBuilder: JSONBuilder {
    func scalar(_ value: JSONValue, at offset: Int) -> JSONValue { value }

    func array(_ items: [JSONValue], at offset: Int) -> JSONValue { .array(items) }

    func object(_ members: [JSONMember<JSONValue>], at offset: Int) throws(JSONSyntaxError) -> JSONValue {
        var object = JSONObject()
        for member in members {
            guard !object.contains(member.name) else {
                throw JSONSyntaxError("the name \"\(member.name)\" comes twice in one object", at: member.offset)
            }
            object[member.name] = member.value
        }
        return .object(object)
    }
}

extension JSONValue {
    /// Nesting that any document read from outside may have.
    package static let maximumDepth = 256

    /// Parses one JSON document that takes the whole text.
    package init(parsing bytes: some Sequence<UInt8>, maximumDepth: Int = Self.maximumDepth) throws(JSONSyntaxError) {
        var result = Result<JSONValue, JSONSyntaxError>.failure(JSONSyntaxError("no text", at: 0))
        let parse = { (bytes: UnsafeBufferPointer<UInt8>) in
            result = Result { () throws(JSONSyntaxError) in
                var parser = JSONParser(bytes: bytes, builder: ValueBuilder(), maximumDepth: maximumDepth)
                return try parser.document().node
            }
        }
        if bytes.withContiguousStorageIfAvailable(parse) == nil { Array(bytes).withUnsafeBufferPointer(parse) }
        self = try result.get()
    }

    package init(parsing text: String) throws(JSONSyntaxError) {
        try self.init(parsing: Array(text.utf8))
    }

    /// The last JSON document of a noisy stream: the last object or array that begins a line and can be read whole.
    ///
    /// Programs print log lines around their result (ffmpeg's loudness report is one); nil when there is no document.
    package static func last(in bytes: [UInt8]) -> JSONValue? {
        bytes.withUnsafeBufferPointer { all in
            var found: JSONValue?
            var at = 0
            while at < all.count {
                var start = at
                while start < all.count, all[start] == 0x20 || all[start] == 0x09 { start += 1 }
                if start < all.count, all[start] == UInt8(ascii: "{") || all[start] == UInt8(ascii: "[") {
                    let rest = UnsafeBufferPointer(rebasing: all[start...])
                    var parser = JSONParser(bytes: rest, builder: ValueBuilder(), maximumDepth: maximumDepth)
                    if let value = try? parser.first() {
                        found = value
                        at = start + parser.offset
                    }
                }
                while at < all.count, all[at] != UInt8(ascii: "\n") { at += 1 }
                at += 1
            }
            return found
        }
    }
}
