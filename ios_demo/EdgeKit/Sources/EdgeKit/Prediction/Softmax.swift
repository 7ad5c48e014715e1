import Foundation

/// The probabilities that `logits` stand for, computed in double precision; none for no logits.
public func softmax(_ logits: some Collection<Float>) -> [Double] {
    guard let largest = logits.max() else { return [] }
    let exponentials = logits.map { exp(Double($0) - Double(largest)) }
    let sum = exponentials.reduce(0, +)
    return exponentials.map { $0 / sum }
}

/// Indices of the `count` largest values, largest first; of equal values the first comes first.
func largest(_ values: [Double], _ count: Int) -> [Int] {
    if values.isEmpty || count < 1 { return [] }
    // A vocabulary has tens of thousands of values: only the few that count are put in order with their indices.
    let least = values.sorted()[max(0, values.count - count)]
    let candidates = values.indices.filter { !(values[$0] < least) }
    return Array(candidates.sorted { (values[$0], -$0) > (values[$1], -$1) }.prefix(count))
}

/// Index of the largest value, of equal values the first; nil for no values.
func indexOfLargest(_ values: [Double]) -> Int? {
    guard let first = values.indices.first else { return nil }
    return values.indices.reduce(first) { values[$1] > values[$0] ? $1 : $0 }
}
