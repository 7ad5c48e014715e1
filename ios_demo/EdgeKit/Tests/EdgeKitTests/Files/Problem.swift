import Testing

@testable import EdgeKit

/// Expects an `EdgeError` of one line that has all `parts`.
func expectProblem<Value: Sendable>(
    _ parts: String...,
    kind: EdgeError.Kind = .input,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ action: () async throws -> Value
) async {
    do {
        _ = try await action()
        Issue.record("nothing was wrong", sourceLocation: sourceLocation)
    } catch let error as EdgeError {
        #expect(error.kind == kind, sourceLocation: sourceLocation)
        let lines = error.message.split(whereSeparator: \.isNewline)
        #expect(lines.count == 1, sourceLocation: sourceLocation)
        for part in parts {
            #expect(error.message.contains(part), "\(error.message)", sourceLocation: sourceLocation)
        }
    } catch {
        Issue.record(error, sourceLocation: sourceLocation)
    }
}
