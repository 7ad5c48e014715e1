import EdgeKit

/// One vector for a text: `values` themselves, or the mean of the vectors of its tokens.
func textEmbedding(_ values: [Float], shape: [Int]) -> [Float] {
    guard shape.count > 1, let tokens = shape.first, let size = shape.last else { return values }
    return (0..<size).map { column in
        let sum = (0..<tokens).reduce(0.0) { $0 + Double(values[$1 * size + column]) }
        return Float(sum / Double(tokens))
    }
}

/// Cosine of the angle between two vectors of one size, -1 to 1; 0 where one has no direction.
func similarity(_ first: [Float], _ second: [Float]) -> Double {
    cosine(first.map(Double.init), second.map(Double.init)) ?? 0
}
