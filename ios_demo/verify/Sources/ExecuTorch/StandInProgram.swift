import Foundation

/// What stands for a .pte: a JSON file that says what it computes.
struct StandInProgram: Decodable {
    let method: String
    let inputs: [Tensor]
    let outputs: [Tensor]

    /// `value` is what an output holds: `places`, each value's place times the sum of all inputs; `computeUnit`, the
    /// number of what the Core ML backend may use, -1 if nothing was said; or `error`, which fails the run.
    struct Tensor: Decodable {
        let type: String
        let shape: [Int]
        let value: String?

        func dataType() throws -> DataType {
            switch type {
            case "int": .int
            case "long": .long
            case "half": .half
            case "float": .float
            default: throw ErrorCode(.invalidType)
            }
        }
    }

    func run(_ values: [Value], computeUnit: String?) throws -> [Value] {
        guard values.count == inputs.count else { throw ErrorCode(.invalidArgument) }
        var total = 0.0
        for (input, value) in zip(inputs, values) {
            guard let tensor = value.anyTensor, tensor.shape == input.shape, tensor.dataType == (try input.dataType())
            else {
                throw ErrorCode(.invalidArgument)
            }
            total += (0..<tensor.count).reduce(0.0) { $0 + tensor.load($1) }
        }
        let units = ["cpu_only", "cpu_and_gpu", "cpu_and_ne", "all"]
        return try outputs.map { output in
            let tensor = AnyTensor(dataType: try output.dataType(), shape: output.shape)
            if output.value == "error" { throw ErrorCode(.invalidState) }
            for place in 0..<tensor.count {
                let unit = Double(computeUnit.flatMap { units.firstIndex(of: $0) } ?? -1)
                tensor.store(output.value == "computeUnit" ? unit : Double(place) * total, at: place)
            }
            return Value(tensor)
        }
    }
}
