/// Cosine of the angle between two vectors of one size, -1 to 1.
///
/// - Precondition: both have the same number of values.
/// - Returns: nil where one of them has no direction: all its values are zero
public func cosine(_ first: [Double], _ second: [Double]) -> Double? {
    precondition(
        first.count == second.count,
        "vectors of \(first.count) and \(second.count) numbers cannot be compared"
    )
    let norms = dot(first, first).squareRoot() * dot(second, second).squareRoot()
    if norms == 0 { return nil }
    // Rounding can lift the quotient of equal vectors above 1.
    return min(max(dot(first, second) / norms, -1), 1)
}

private func dot(_ first: [Double], _ second: [Double]) -> Double {
    zip(first, second).reduce(0) { $0 + $1.0 * $1.1 }
}
