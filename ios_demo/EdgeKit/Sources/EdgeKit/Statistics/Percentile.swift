/// The value that `percent` of `values` lie at or below; nil if there are no values.
///
/// Between two neighbours in order it is interpolated linearly, as in the results that squeezebert-edge prints (NumPy's
/// `percentile`): of n values, percentile p is at place p/100 * (n - 1), counted from 0.
///
/// - Precondition: `percent` is from 0 to 100.
public func percentile(_ values: [Double], _ percent: Double) -> Double? {
    precondition((0...100).contains(percent), "a percentile is from 0 to 100, not \(percent)")
    if values.isEmpty { return nil }
    let sorted = values.sorted()
    let place = percent / 100 * Double(sorted.count - 1)
    let below = Int(place)
    let fraction = place - Double(below)
    let low = sorted[below]
    let high = sorted[min(below + 1, sorted.count - 1)]
    // From the nearer neighbour, as NumPy does, so that both agree to the last bit.
    return fraction < 0.5 ? low + (high - low) * fraction : high - (high - low) * (1 - fraction)
}

/// The middle value, or the mean of the two in the middle; nil if there are no values.
public func median(_ values: [Double]) -> Double? {
    if values.isEmpty { return nil }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
