internal import LockstepModel

/// What a ``LiveReporter`` shows, drawn from values alone.
protocol LiveView: Sendable {
    /// What the person should know now.
    var footer: String? { get set }
    /// Whether there is nothing to draw yet.
    var isEmpty: Bool { get }
    /// How often it is drawn in place, in milliseconds, when something has changed.
    static var redrawPause: Int { get }
    /// How often ``line(now:)`` is written where nothing can be redrawn, in milliseconds; nil for never.
    static var linePause: Int? { get }

    init()
    /// The lines to show, none wider than `width` columns and no more than `height`.
    func lines(width: Int, height: Int, now: Instant, painter: Painter) -> [String]
    /// How far it is, in one line.
    func line(now: Instant) -> String
}
