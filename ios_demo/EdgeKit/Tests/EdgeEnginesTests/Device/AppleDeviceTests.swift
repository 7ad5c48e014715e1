import Darwin
import EdgeKit
import Foundation
import Testing

@testable import EdgeDevice

/// What is read of a device, with stand-ins of the system's calls.
struct AppleDeviceTests {
    @Test func readsTheModelAndTheCoresTheFastestLast() {
        #expect(AppleDevice.machine() == "iPhone16,1")
        let description = AppleDevice.description()
        #expect(
            description.cores == [CoreGroup(count: 4, part: "Efficiency"), CoreGroup(count: 2, part: "Performance")]
        )
        #expect(description.memoryBytes == ProcessInfo.processInfo.physicalMemory)
        #expect(description.thermalState == .fair)
    }

    @Test func whatTheSystemDoesNotKnowIsNil() {
        #expect(systemNumber("hw.perflevel7.physicalcpu") == nil)
        #expect(systemText("hw.perflevel7.name") == nil)
    }

    @Test func everyThermalStateHasItsWord() {
        let states: [ProcessInfo.ThermalState] = [.nominal, .fair, .serious, .critical]
        #expect(states.map { ThermalState($0) } == ThermalState.allCases)
    }

    @Test func readsThePeakOfTheFootprint() {
        #expect(Footprint.now() == Footprint(bytes: 200_000_000, peakBytes: 300_000_000))
    }

    @Test func instrumentsReadTheDevice() {
        let instruments = Instruments.apple()
        let first = instruments.clock()
        #expect(instruments.clock() >= first)
        #expect(instruments.state() == DeviceState(throttled: false))
        #expect(instruments.peakFootprintBytes() == 300_000_000)
    }

    @Test(arguments: [Instruments.Interval.load, .warmUp, .run])
    func everyIntervalEndsUnderTheNameThatItBeganWith(interval: Instruments.Interval) {
        // The stand-in ends the process otherwise.
        let end = Instruments.apple().begin(interval)
        end()
    }
}
