import Foundation

/// One launch for `squeezebert-edge bench`, from its arguments to the status that the app exits with.
///
/// The status is 0 where there is an answer, also one that says what went wrong, and else 1.
public struct BenchRun: Sendable {
    private let arguments: LaunchArguments
    private let program: DeviceProgram
    private let device: @Sendable () -> DeviceDescription
    private let report: @Sendable (String) -> Void

    /// A launch.
    ///
    /// - Parameters:
    ///   - device: what the device is, for a description
    ///   - report: what to do with an error that no answer can have; devicectl shows the standard error stream
    public init(
        _ arguments: LaunchArguments,
        program: DeviceProgram,
        device: @escaping @Sendable () -> DeviceDescription,
        report: @escaping @Sendable (String) -> Void = { FileHandle.standardError.write(Data("\($0)\n".utf8)) }
    ) {
        self.arguments = arguments
        self.program = program
        self.device = device
        self.report = report
    }

    /// Does what the app was launched for. Its task's priority is that of the measurement: give it `userInitiated`.
    ///
    /// - Returns: what to exit with
    public func run() async -> Int32 {
        do {
            try await program.run(arguments, device: device)
            return 0
        } catch {
            return failed(error)
        }
    }

    /// Has the answer say that the app left the screen, unless it is there already. For any thread, also during `run`;
    /// the app exits at once, so that nothing that was measured afterwards takes the place of the answer.
    ///
    /// - Returns: what to exit with
    public func leftScreen() -> Int32 {
        // The other work has no answer that could say so.
        guard case .work(_, let answer) = arguments.work else { return 1 }
        do {
            let advice = "start it again and leave the device alone"
            try program.fail("the benchmark left the screen before it was done; \(advice)", answer: answer)
            return 0
        } catch {
            return failed(error)
        }
    }

    private func failed(_ error: any Error) -> Int32 {
        report((error as? EdgeError)?.message ?? "the app failed: \(type(of: error)): \(error)")
        return 1
    }
}
