import EdgeKit
import EdgeScreen
import SwiftUI

/// The choice of an artifact, and of what it may use.
struct ArtifactSection: View {
    @Bindable var session: Session
    let loaded: LoadedBundle

    var body: some View {
        Section {
            Picker("Artifact", selection: $session.artifactIndex) {
                ForEach(loaded.artifacts.indices, id: \.self) { index in
                    Text(verbatim: loaded.artifacts[index].title).tag(index)
                }
            }
            if loaded.artifact.takesComputeUnits {
                Picker("Compute units", selection: $session.computeUnits) {
                    ForEach(ComputeUnits.allCases, id: \.self) { units in
                        Text(phrase(of: units)).tag(units)
                    }
                }
            }
        } footer: {
            Text(loaded.artifactPhrase())
        }
    }
}
