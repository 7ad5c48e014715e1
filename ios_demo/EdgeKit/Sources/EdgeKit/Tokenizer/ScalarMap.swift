/// A map from some scalars to the scalars that stand for each.
struct ScalarMap: Sendable {
    private let keys: [UInt32]
    private let firsts: [Int]
    private let values: [UInt32]

    /// - Parameters:
    ///   - keys: ascending
    ///   - firsts: where in `values` each key's begin, and their end
    init(keys: [UInt32], firsts: [Int], values: [UInt32]) {
        self.keys = keys
        self.firsts = firsts
        self.values = values
    }

    /// A map of nothing.
    static let empty = ScalarMap(keys: [], firsts: [0], values: [])

    /// What stands for `point`, or nil.
    subscript(point: UInt32) -> ArraySlice<UInt32>? {
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < point { low = middle + 1 } else { high = middle }
        }
        guard low < keys.count, keys[low] == point else { return nil }
        return values[firsts[low]..<firsts[low + 1]]
    }
}
