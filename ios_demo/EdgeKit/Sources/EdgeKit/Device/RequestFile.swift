import Foundation

private let advice = "use the same squeezebert-edge on both sides"

/// Reads a request and checks what can be checked without the bundle.
///
/// - Throws: `EdgeError` if it is missing, damaged or of another version, or asks for what iOS cannot do
func readRequest(_ file: URL) throws -> WorkRequest {
    let request = try readDocument(file, as: WorkRequest.self, version: workVersion, advice: advice)
    if let problem = problem(request) { throw EdgeError(.input, "\(file.path): \(problem)") }
    return request
}

private func problem(_ request: WorkRequest) -> String? {
    // iOS gives an app no way to say which processors its runtime's threads run on.
    if !request.cores.isEmpty { return "cores cannot be chosen on this system; leave --cores out" }
    if request.threads < 1 { return "threads is \(request.threads); ask for one or more" }
    if let rule = request.measurement {
        if rule.warmUpWindow < 1 { return "warm_up_window is below 1; \(advice)" }
        if rule.minimumRuns < 1 { return "minimum_runs is below 1; \(advice)" }
    }
    return nil
}

/// `artifact` at one of its lengths.
///
/// - Throws: `EdgeError` if it has not that length
func atLength(_ artifact: ArtifactInfo, _ sequenceLength: Int) throws -> ArtifactInfo {
    if let found = artifact.byLength().first(where: { $0.sequenceLengths.contains(sequenceLength) }) { return found }
    let lengths = artifact.sequenceLengths.map(String.init).joined(separator: ", ")
    throw EdgeError(.input, "\(artifact.id) has no length \(sequenceLength), only \(lengths)")
}
