internal import Glibc

/// The environment of the program that runs jobs.
package enum EnvironmentVariable {
    /// Byte for byte; nil when there is no such variable.
    package static func value(of name: String) -> [UInt8]? {
        guard let value = getenv(name) else { return nil }
        return Array(UnsafeRawBufferPointer(start: value, count: strlen(value)))
    }
}
