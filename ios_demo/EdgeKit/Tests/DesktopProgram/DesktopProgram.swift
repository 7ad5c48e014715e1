import EdgeKit
import Foundation

/// What the app does without its screen, as a program on this machine, with Python's runtimes in place of the app's;
/// tests/ios_lab/desktop_program.py starts it.
///
/// ```
/// work REQUEST ANSWER                        as the app (`LaunchArguments`); the container is the working folder
/// describe ANSWER
/// clean
/// predict BUNDLE ARTIFACT EXAMPLES ANSWERS   predictions of the artifact and its like of other lengths
/// ```
@main
enum DesktopProgram {
    static func main() async throws {
        let words = Array(CommandLine.arguments.dropFirst())
        let container = URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true)
        let loaders = try PythonRuntimes().loaders
        do {
            if let arguments = LaunchArguments(words, container: container) {
                let program = DeviceProgram(program: "desktop-program 1.0", loaders: loaders, instruments: .desktop())
                exit(await BenchRun(arguments, program: program, device: describeDesktop).run())
            } else if words.first == "predict", words.count == 5 {
                let files = [words[1], words[3], words[4]].map { URL(fileURLWithPath: $0, relativeTo: container) }
                try await predict(bundle: files[0], words[2], examples: files[1], answers: files[2], loaders: loaders)
            } else {
                throw EdgeError(.input, "no such work: \(words.joined(separator: " "))")
            }
        } catch let error as EdgeError {
            // Thrown on, it would be a crash with all frames of the stack.
            FileHandle.standardError.write(Data("error: \(error.message)\n".utf8))
            exit(1)
        }
    }
}
