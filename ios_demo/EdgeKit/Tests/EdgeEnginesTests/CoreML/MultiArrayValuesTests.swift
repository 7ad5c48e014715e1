import Testing

@testable import EdgeCoreML

struct MultiArrayValuesTests {
    @Test func everyHalfPrecisionNumberHasItsValue() {
        let wrong = (UInt16.min...UInt16.max).filter { bits in
            let expected = Float(Float16(bitPattern: bits))
            let found = float(half: bits)
            return expected.isNaN ? !found.isNaN : found.bitPattern != expected.bitPattern
        }
        #expect(wrong == [])
    }

    @Test func rowsBeginWhereTheirStridesSay() {
        #expect(rowPlaces(shape: [2, 3, 5], strides: [100, 10, 1]) == [0, 10, 20, 100, 110, 120])
        #expect(rowPlaces(shape: [5], strides: [1]) == [0])
    }
}
