import EdgeDevice
import EdgeKit
import EdgeScreen
import SwiftUI

/// The app for a person.
struct EdgeApp: App {
    @State private var session = Session(
        loaders: engineLoaders(),
        device: .apple(),
        findBundles: { try findBundles(bundlePlaces()) }
    )

    var body: some Scene {
        WindowGroup {
            MainScreen(session: session)
        }
    }
}

/// Folders whose folders are bundles.
func bundlePlaces() -> [BundleFolder.Place: URL] {
    var places: [BundleFolder.Place: URL] = [.documents: URL.documentsDirectory]
    // App/Bundles, as it is.
    places[.app] = Bundle.main.resourceURL?.appending(path: "Bundles", directoryHint: .isDirectory)
    return places
}

extension ScreenDevice {
    /// The device that the app runs on.
    static func apple() -> ScreenDevice {
        ScreenDevice(
            target: .of(machine: AppleDevice.machine()),
            cores: ProcessInfo.processInfo.processorCount,
            memoryBytes: { Footprint.now()?.bytes },
            thermalState: { AppleDevice.thermalState() }
        )
    }
}
