#if canImport(CoreML)
    import CoreML
    import Foundation

    /// The values of an array in row-major order, whatever its strides are; nil if they are no floating-point numbers.
    func rowMajorFloats(_ array: MLMultiArray) -> [Float]? {
        let shape = array.shape.map(\.intValue)
        let strides = array.strides.map(\.intValue)
        return array.withUnsafeBytes { bytes in
            switch array.dataType {
            case .float32:
                return rowMajor(bytes.assumingMemoryBound(to: Float.self), shape, strides) { $0 }
            case .float16:
                // Float16 is missing on Macs with Intel processors.
                return rowMajor(bytes.assumingMemoryBound(to: UInt16.self), shape, strides, float(half:))
            case .double:
                return rowMajor(bytes.assumingMemoryBound(to: Double.self), shape, strides) { Float($0) }
            default:
                return nil
            }
        }
    }

    private func rowMajor<Value>(
        _ storage: UnsafeBufferPointer<Value>,
        _ shape: [Int],
        _ strides: [Int],
        _ float: (Value) -> Float
    ) -> [Float] {
        let length = shape.last ?? 1
        let step = strides.last ?? 1
        let rows = rowPlaces(shape: shape, strides: strides)
        var floats: [Float] = []
        floats.reserveCapacity(rows.count * length)
        for row in rows {
            for column in 0..<length {
                floats.append(float(storage[row + column * step]))
            }
        }
        return floats
    }

    /// Where each row begins in the storage, in row-major order. A row is what the last axis has.
    ///
    /// The Neural Engine's arrays have gaps: it begins rows at multiples of 64 bytes.
    func rowPlaces(shape: [Int], strides: [Int]) -> [Int] {
        var places = [0]
        for (length, stride) in zip(shape, strides).dropLast() {
            places = places.flatMap { place in (0..<length).map { place + $0 * stride } }
        }
        return places
    }

    /// The value of a half-precision number's bits.
    func float(half bits: UInt16) -> Float {
        let sign = UInt32(bits & 0x8000) << 16
        let magnitude = UInt32(bits & 0x7FFF) << 13
        if bits & 0x7C00 == 0x7C00 {
            return Float(bitPattern: sign | 0x7F80_0000 | magnitude)
        }
        // The exponents' biases are 15 and 127; the product also makes subnormal halves normal.
        let value = Float(bitPattern: magnitude) * 0x1p112
        return Float(bitPattern: sign | value.bitPattern)
    }
#endif
