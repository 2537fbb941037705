package import LockstepStore
internal import Synchronization

/// A media type detector that is made when the first file needs it.
package final class LazyMediaTypes: Sendable {
    private let detector: Mutex<MediaTypeDetector?>

    /// - Parameter detector: One that exists already.
    package init(_ detector: MediaTypeDetector? = nil) {
        self.detector = Mutex(detector)
    }

    /// Throws when libmagic's database is missing.
    package func get() throws(StoreError) -> MediaTypeDetector {
        let made = detector.withLock { detector -> Result<MediaTypeDetector, StoreError> in
            if let detector { return .success(detector) }
            let made = Result { () throws(StoreError) in try MediaTypeDetector() }
            detector = try? made.get()
            return made
        }
        return try made.get()
    }
}
