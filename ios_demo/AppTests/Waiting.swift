import Foundation
import os

/// Waits for `work`, on this thread: XCTest measures what a call does, not what it begins.
func waiting<Value: Sendable>(for work: @escaping @Sendable () async throws -> Value) throws -> Value {
    let done = DispatchSemaphore(value: 0)
    let result = OSAllocatedUnfairLock<Result<Value, any Error>>(initialState: .failure(CancellationError()))
    Task.detached(priority: .userInitiated) {
        let found: Result<Value, any Error>
        do {
            found = .success(try await work())
        } catch {
            found = .failure(error)
        }
        result.withLock { $0 = found }
        done.signal()
    }
    done.wait()
    return try result.withLock { $0 }.get()
}
