/// What turns a difference of two readings of the clock into a latency.
public let nanosecondsPerMillisecond = 1e6
