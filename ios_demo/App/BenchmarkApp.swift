import Darwin
import EdgeDevice
import EdgeKit
import Foundation
import SwiftUI
import UIKit

/// The app as a program of `squeezebert-edge bench`: a line on the screen, and the work, which does not wait for it.
struct BenchmarkApp: App {
    private let run: BenchRun?

    init() {
        run = launchArguments().map {
            BenchRun($0, program: deviceProgram(), device: { AppleDevice.description() })
        }
        Task(priority: .userInitiated) { [run] in
            if let run { endProcess(await run.run()) }
        }
    }

    var body: some Scene {
        WindowGroup {
            BenchmarkScreen(run: run)
        }
    }
}

/// What a person reads who looks at the device.
private struct BenchmarkScreen: View {
    let run: BenchRun?

    @Environment(\.scenePhase) private var phase

    var body: some View {
        Text("Benchmark running. Leave this screen open and the device alone until it closes.")
            .multilineTextAlignment(.center)
            .padding()
            .onAppear { UIApplication.shared.isIdleTimerDisabled = true }
            .onChange(of: phase) { _, now in
                // iOS suspends what is not on the screen.
                if now == .background, let run { endProcess(run.leftScreen()) }
            }
    }
}

/// The app as a program of `squeezebert-edge bench`.
func deviceProgram() -> DeviceProgram {
    let version = Bundle.main.object(forInfoDictionaryKey: "CFBundleShortVersionString") as? String
    return DeviceProgram(
        program: "squeezebert-edge-ios \(version ?? "0")",
        loaders: engineLoaders(),
        instruments: .apple()
    )
}

/// Ends the process at once: what libraries registered for its end must not run beside an inference.
private func endProcess(_ status: Int32) -> Never {
    _exit(status)
}
