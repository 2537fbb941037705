internal import LockstepJSON
internal import LockstepModel

/// Says with placeholders what parameter references say, or that it cannot be said.
extension CWLImporter {
    /// The value of a text that may be a reference, may hold some, or may be a text.
    ///
    /// - Parameter own: What `self` is; nil where there is none.
    /// - Returns: Nil after noting why it cannot be carried.
    mutating func term(_ text: String, own: Term?, at place: JSONPointer) -> Term? {
        let pieces = CWLReference.pieces(of: text)
        if pieces.count == 1, case .reference(let reference) = pieces[0] {
            return value(of: reference, own: own, at: place)
        }
        var term = Term(text: "", type: .string, mayBeMissing: false)
        var isComplete = true
        var mentionsOwn = false
        for piece in pieces {
            switch piece {
            case .literal(let literal): term.text += Template.escaped(literal)
            case .expression(let code):
                refuseExpression(code, at: place)
                isComplete = false
            case .reference(let reference):
                guard let value = value(of: reference, own: own, at: place) else {
                    isComplete = false
                    continue
                }
                mentionsOwn = mentionsOwn || reference.root == "self"
                isComplete = check(value, reference, inside: term.text, at: place) && isComplete
                // Where `self` has no value, nothing of the whole binding is added.
                if reference.root == "self", value.mayBeMissing { term.mayBeMissing = true }
                term.text += value.text
            }
        }
        if let own, own.mayBeMissing, !mentionsOwn {
            refuse(place, "`valueFrom` without `self` is not carried for an input that may be missing")
            return nil
        }
        return isComplete ? term : nil
    }

    /// Whether a value may be part of a longer text.
    private mutating func check(_ value: Term, _ reference: CWLReference, inside text: String, at place: JSONPointer)
        -> Bool
    {
        if value.mayBeMissing, reference.root != "self" {
            refuse(
                place,
                "\(reference.shown) may have no value, and CWL would then write `null` into the text; give it a default"
            )
            return false
        }
        if text.hasSuffix("$") {
            refuse(place, "a `$` right before \(reference.shown) cannot be written in a tool file")
            return false
        }
        guard value.type.isText || value.type == .boolean && !value.mayBeMissing else {
            let hint = value.type == .file ? "; write `.path` behind it if the path is meant" : ""
            refuse(place, "\(reference.shown) is \(value.type.shown), which is not carried inside a text\(hint)")
            return false
        }
        return true
    }

    mutating func refuseExpression(_ code: String, at place: JSONPointer) {
        let short = code.count > 40 ? code.prefix(39) + "…" : code[...]
        let line = short.split(separator: "\n").joined(separator: " ")
        refuse(place, "the expression `\(line)` is JavaScript, which is not carried; only parameter references are")
    }

    /// What a reference stands for.
    mutating func value(of reference: CWLReference, own: Term?, at place: JSONPointer) -> Term? {
        var keys = reference.keys[...]
        var term: Term
        switch reference.root {
        case "runtime": return runtimeValue(reference, at: place)
        case "self":
            guard let own else {
                refuse(place, "\(reference.shown) has no value here")
                return nil
            }
            term = own
        default:
            guard case .name(let name)? = keys.first else {
                refuse(place, "\(reference.shown) is not carried; name one input")
                return nil
            }
            guard let input = inputs.first(where: { $0.name == name }) else {
                // An input that was refused itself is named once only.
                if !hasInput(name) { refuse(place, "there is no input `\(name)`, which \(reference.shown) names") }
                return nil
            }
            keys = keys.dropFirst()
            term = input.term
        }
        for key in keys {
            guard let inner = member(key, of: term, reference, at: place) else { return nil }
            term = inner
        }
        return term
    }

    private mutating func member(
        _ key: CWLReference.Key,
        of term: Term,
        _ reference: CWLReference,
        at place: JSONPointer
    ) -> Term? {
        guard case .name(let name) = key else {
            refuse(place, "\(reference.shown) takes one item of a list, which is not carried")
            return nil
        }
        let base = term.text.dropFirst(2).dropLast()
        switch term.type {
        case .file:
            if name == "path" { return term }
            guard let member = Self.fileMembers[name] else {
                refuse(
                    place,
                    "\(reference.shown) is not carried; of a File there are path, basename, nameroot, nameext and size"
                )
                return nil
            }
            let type: CWLType = name == "size" ? .integer : .string
            return Term(text: "${\(base).\(member)}", type: type, mayBeMissing: term.mayBeMissing)
        case .record(let fields):
            guard let field = fields.first(where: { $0.name == name }) else {
                refuse(place, "\(reference.shown) names no field of the record")
                return nil
            }
            return Term(
                text: "${\(base).\(name)}",
                type: field.type,
                mayBeMissing: term.mayBeMissing || field.isOptional
            )
        default:
            refuse(place, "\(reference.shown) is not carried; \(term.type.shown) has no `\(name)`")
            return nil
        }
    }

    private static let fileMembers = [
        "basename": "name", "nameroot": "stem", "nameext": "extension", "size": "file_size",
    ]

    /// Places and reservations that are the same for every step.
    private mutating func runtimeValue(_ reference: CWLReference, at place: JSONPointer) -> Term? {
        let type: CWLType
        let text: String
        switch reference.keys {
        case [.name("outdir")]: (text, type) = (Self.workFolder, .string)
        case [.name("tmpdir")]: (text, type) = ("/tmp", .string)
        case [.name("cores")] where requests.cores != nil: (text, type) = ("\(requests.cores ?? 1)", .integer)
        case [.name("ram")] where requests.memory != nil: (text, type) = ("\(requests.memory ?? 0)", .integer)
        default:
            refuse(
                place,
                "\(reference.shown) is not carried; of `runtime` there are outdir, tmpdir, and cores and ram where they are fixed numbers"
            )
            return nil
        }
        return Term(text: text, type: type, mayBeMissing: false)
    }

    /// Where a step begins and writes.
    static let workFolder = "/step"
}
