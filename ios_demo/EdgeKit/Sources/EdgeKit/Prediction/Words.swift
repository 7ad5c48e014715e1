/// The positions of each word's pieces in one of an example's texts, in order; `segment` is 0 or 1.
func words(_ encoding: Encoding, segment: Int32) -> [[Int]] {
    var words: [[Int]] = []
    for position in encoding.words.indices
    where encoding.words[position] >= 0 && encoding.tokenTypeIds[position] == segment {
        if let previous = words.last?.last, encoding.words[previous] == encoding.words[position] {
            words[words.count - 1].append(position)
        } else {
            words.append([position])
        }
    }
    return words
}
