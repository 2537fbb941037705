package import LockstepJSON

/// What values a variable may take: JSON Schema 2020-12 over the supported keywords, plus the types `file` and `directory`.
///
/// Decoding is in `ValueSchema+Decoding.swift`, checking in `ValueSchema+Validation.swift`.
package struct ValueSchema: Sendable, Hashable {
    /// `type`; empty means any.
    package var types: Set<ValueType> = []
    package var title: String?
    package var description: String?
    package var defaultValue: JSONValue?
    package var enumeration: [JSONValue]?
    package var constant: JSONValue?
    package var minimum: Double?
    package var maximum: Double?
    package var exclusiveMinimum: Double?
    package var exclusiveMaximum: Double?
    package var multipleOf: Double?
    package var minLength: Int?
    package var maxLength: Int?
    package var pattern: Pattern?
    /// The schema of every item of an array.
    package var items: Boxed<ValueSchema>?
    package var minItems: Int?
    package var maxItems: Int?
    package var uniqueItems = false
    package var properties: [String: ValueSchema] = [:]
    package var required: [String] = []
    package var additionalProperties: Boxed<ValueSchema>?
    /// `false` as a whole schema, or as `additionalProperties`: no value is valid.
    package var refusesEverything = false
    /// `mime_types` of a file: `image/png`, or `image/*`.
    package var mimeTypes: [String] = []
    /// `max_size` of a file.
    package var maxSize: ByteCount?
    /// The schema as it was written.
    package var json: JSONValue

    package init(json: JSONValue = [:]) {
        self.json = json
    }

    /// Whether values of this schema are files in the asset store.
    package var isFile: Bool { types == [.file] }
    /// Whether values are lists of files.
    package var isFileList: Bool { types == [.array] && items?.value.isFile == true }
}

package enum ValueType: String, Sendable, Hashable, CaseIterable {
    case null
    case boolean
    case integer
    case number
    case string
    case array
    case object
    case file
    case directory
}

/// A value that may contain itself.
package struct Boxed<Value: Sendable & Hashable>: Sendable, Hashable {
    private let storage: [Value]

    package init(_ value: Value) {
        storage = [value]
    }

    package var value: Value { storage[0] }
}

/// One way in which a value does not fit its schema.
package struct SchemaViolation: Sendable, Hashable {
    /// Where in the value; the root for the value itself.
    package let pointer: JSONPointer
    /// For a person, without the variable's name: `must be one of basic, detailed, comprehensive; it is "deep"`.
    package let message: String

    package init(pointer: JSONPointer, message: String) {
        self.pointer = pointer
        self.message = message
    }
}
