import Foundation

#if os(macOS)
    /// The system as a manifest's `minimum_runtime` names it.
    let systemName = "macOS"
#else
    /// The system as a manifest's `minimum_runtime` names it; iPadOS has iOS's versions.
    let systemName = "iOS"
#endif

/// The system's version, for example `17.4` or `17.4.1`.
func systemVersion() -> String {
    let version = ProcessInfo.processInfo.operatingSystemVersion
    let patch = version.patchVersion > 0 ? ".\(version.patchVersion)" : ""
    return "\(version.majorVersion).\(version.minorVersion)\(patch)"
}
