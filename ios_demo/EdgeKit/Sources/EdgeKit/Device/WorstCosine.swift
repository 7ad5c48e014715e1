/// The lowest cosine of any example, all its outputs and positions as one vector; -1 if a value is not finite.
///
/// Where each example has a single value, all examples are one vector: the direction of a single value says nothing.
///
/// - Parameters:
///   - reference: outputs by name for each of one or more examples
///   - found: the same examples' outputs, of the same sizes
func worstCosine(_ reference: [[String: [Float]]], _ found: [[String: [Float]]]) -> Double {
    if found.contains(where: { $0.values.contains { $0.contains { !$0.isFinite } } }) { return -1 }
    return zip(vectors(reference), vectors(found)).map(likeness).min() ?? 1
}

private func vectors(_ examples: [[String: [Float]]]) -> [[Double]] {
    let joined = examples.map(joined)
    return joined.allSatisfy { $0.count == 1 } ? [joined.flatMap(\.self)] : joined
}

private func joined(_ outputs: [String: [Float]]) -> [Double] {
    outputs.sorted { $0.key < $1.key }.flatMap { $0.value.map(Double.init) }
}

/// Zeros are like zeros only.
private func likeness(_ first: [Double], _ second: [Double]) -> Double {
    cosine(first, second) ?? (first == second ? 1 : 0)
}
