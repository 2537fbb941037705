import Glibc

/// Milliseconds on a clock that nobody can set.
func monotonicMilliseconds() -> Int64 {
    milliseconds(of: CLOCK_MONOTONIC)
}

/// Milliseconds since 1970, UTC.
func unixMilliseconds() -> Int64 {
    milliseconds(of: CLOCK_REALTIME)
}

private func milliseconds(of clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
}
