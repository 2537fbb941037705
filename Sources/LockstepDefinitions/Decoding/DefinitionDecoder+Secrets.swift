internal import LockstepJSON
internal import LockstepModel

extension DefinitionDecoder {
    /// The names of the secrets that a tool gets as environment variables of the same names.
    mutating func secrets(in members: Members) -> [String] {
        var names: [String] = []
        for (name, place) in texts("secrets", in: members) {
            if let problem = SecretName.problem(of: name) {
                note(place, "\(JSONValue.string(name).shown) \(problem)")
            } else if names.contains(name) {
                note(place, "the secret `\(name)` stands here twice")
            } else if members["env"]?[name] != nil {
                note(place, "`\(name)` is set by `env` as well; the tool would get only one of them")
            } else {
                names.append(name)
            }
        }
        if names.count > SecretName.limit {
            note(
                members.place("secrets"),
                "a tool may have at most \(SecretName.limit) secrets; these are \(names.count)"
            )
        }
        return names
    }
}
