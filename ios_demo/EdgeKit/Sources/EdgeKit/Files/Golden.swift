import Foundation

/// Real texts of one length, their token ids, and what the fp32 checkpoint computes for them.
public struct Golden: Sendable {
    /// In tokens.
    public let sequenceLength: Int

    /// Token id that fills an example up to the length.
    public let padId: Int

    /// One or more.
    public let examples: [GoldenExample]

    /// Number of values in a file of outputs, which all examples' places lie in.
    let valueCount: Int
}

/// One golden example.
public struct GoldenExample: Sendable {
    /// The text, or the texts.
    public let texts: [String]

    /// Without padding.
    public let inputIds: [Int32]

    /// Without padding.
    public let tokenTypeIds: [Int32]

    /// Positions of the outputs that mean anything; nil where an output stands for the whole text.
    public let positions: [Int]?

    /// The fp32 reference's outputs by name, at `positions` only, row-major.
    public let outputs: [String: [Float]]

    let places: [String: OutputPlace]
}

/// Where an output lies in a file of outputs: its first value, counted from 0, and its shape.
struct OutputPlace: Decodable, Sendable {
    let offset: Int
    let shape: [Int]

    enum CodingKeys: String, CodingKey, CaseIterable {
        case offset
        case shape
    }
}

/// Reads golden vectors.
///
/// - Parameters:
///   - index: `golden/<length>.json`
///   - data: `golden/<length>.f32`: the references, little-endian float32
/// - Throws: `EdgeError` if they are damaged
func readGolden(index: URL, data: URL, sequenceLength: Int) throws -> Golden {
    func damaged(_ problem: String) -> EdgeError {
        EdgeError(.input, "\(index.path): golden vectors are damaged (\(problem)); build the bundle again")
    }
    do {
        let head = try decodeStrictly(GoldenIndex.self, from: try Data(contentsOf: index))
        guard head.sequenceLength == sequenceLength else { throw Damage("they are of length \(head.sequenceLength)") }
        guard !head.rows.isEmpty else { throw Damage("there are no examples") }
        let references = floats(try Data(contentsOf: data))
        let examples = try head.rows.map { try $0.example(sequenceLength, references) }
        return Golden(
            sequenceLength: sequenceLength,
            padId: Int(head.padId),
            examples: examples,
            valueCount: references.count
        )
    } catch let error as DecodingError {
        throw damaged(problem(error))
    } catch let error as Damage {
        throw damaged(error.problem)
    } catch {
        throw damaged(fileProblem(error))
    }
}

/// Writes outputs of the golden examples as `golden/<length>.f32` has the reference's, in the same places.
///
/// - Parameter outputs: for each example its outputs by name, of the sizes of the references
/// - Throws: what the system says if `file` cannot be written
func writeOutputs(_ golden: Golden, _ outputs: [[String: [Float]]], to file: URL) throws {
    var values = [Float](repeating: 0, count: golden.valueCount)
    for (example, found) in zip(golden.examples, outputs) {
        for (name, place) in example.places {
            let output = found[name] ?? []
            values.replaceSubrange(place.offset..<place.offset + output.count, with: output)
        }
    }
    let bits = values.map(\.bitPattern.littleEndian)
    try bits.withUnsafeBytes { Data($0) }.write(to: file, options: .atomic)
}

private struct Damage: Error {
    let problem: String

    init(_ problem: String) { self.problem = problem }
}

private struct GoldenIndex: Decodable {
    let sequenceLength: Int
    let padId: Int32
    let data: String
    let rows: [GoldenRow]

    enum CodingKeys: String, CodingKey, CaseIterable {
        case sequenceLength = "sequence_length"
        case padId = "pad_id"
        case data
        case rows
    }
}

private struct GoldenRow: Decodable {
    let texts: [String]
    let inputIds: [Int32]
    let tokenTypeIds: [Int32]
    @OrNull var positions: [Int]?
    let outputs: [String: OutputPlace]

    enum CodingKeys: String, CodingKey, CaseIterable {
        case texts
        case inputIds = "input_ids"
        case tokenTypeIds = "token_type_ids"
        case positions
        case outputs
    }

    func example(_ sequenceLength: Int, _ references: [Float]) throws -> GoldenExample {
        guard inputIds.count <= sequenceLength, inputIds.count == tokenTypeIds.count else {
            throw Damage("an example has too many tokens")
        }
        guard (positions ?? []).allSatisfy((0..<sequenceLength).contains) else {
            throw Damage("a position is outside of the sequence")
        }
        guard !outputs.isEmpty else { throw Damage("an example has no outputs") }
        var values: [String: [Float]] = [:]
        for (name, place) in outputs {
            guard let count = valueCount(place.shape, atMost: references.count),
                (0...references.count - count).contains(place.offset)
            else { throw Damage("an output \(name) lies outside of the references") }
            let reference = Array(references[place.offset..<place.offset + count])
            guard reference.allSatisfy(\.isFinite) else {
                throw Damage("an output \(name) has a reference that is not finite")
            }
            values[name] = reference
        }
        return GoldenExample(
            texts: texts,
            inputIds: inputIds,
            tokenTypeIds: tokenTypeIds,
            positions: positions,
            outputs: values,
            places: outputs
        )
    }
}

private func floats(_ data: Data) -> [Float] {
    data.withUnsafeBytes { bytes in
        stride(from: 0, to: bytes.count - bytes.count % 4, by: 4).map {
            Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self)))
        }
    }
}
