#if canImport(Darwin)
    import EdgeKit
    import Foundation
    import os

    extension Instruments {
        /// The instruments of Apple's systems.
        ///
        /// Intervals are signposts named `load`, `warm-up` and `run`, under the subsystem `org.squeezebert.edge` and
        /// the category `benchmark`: Instruments shows them, and XCTOSSignpostMetric measures them. Temperatures and
        /// clocks are closed to apps.
        public static func apple() -> Instruments {
            let signposter = OSSignposter(subsystem: "org.squeezebert.edge", category: "benchmark")
            return Instruments(
                clock: { DispatchTime.now().uptimeNanoseconds },
                state: { DeviceState(throttled: AppleDevice.thermalState().throttles) },
                peakFootprintBytes: { Footprint.now()?.peakBytes },
                begin: { signposter.begin($0) }
            )
        }
    }

    extension OSSignposter {
        /// Begins an interval; what it returns ends it. Names of signposts have to be literals.
        fileprivate func begin(_ interval: Instruments.Interval) -> @Sendable () -> Void {
            let id = makeSignpostID()
            switch interval {
            case .load:
                let state = beginInterval("load", id: id)
                return { endInterval("load", state) }
            case .warmUp:
                let state = beginInterval("warm-up", id: id)
                return { endInterval("warm-up", state) }
            case .run:
                let state = beginInterval("run", id: id)
                return { endInterval("run", state) }
            }
        }
    }
#endif
