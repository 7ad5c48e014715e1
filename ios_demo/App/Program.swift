import EdgeKit
import Foundation

/// Where the app begins: with its screen, or with what squeezebert-edge launched it for.
@main
enum Program {
    @MainActor
    static func main() {
        if launchArguments() == nil {
            EdgeApp.main()
        } else {
            BenchmarkApp.main()
        }
    }
}

/// What squeezebert-edge launched the app for; nil if a person did.
func launchArguments() -> LaunchArguments? {
    let words = Array(ProcessInfo.processInfo.arguments.dropFirst())
    return LaunchArguments(words, container: URL(fileURLWithPath: NSHomeDirectory(), isDirectory: true))
}
