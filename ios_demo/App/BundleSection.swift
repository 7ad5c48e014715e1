import EdgeScreen
import SwiftUI

/// The choice of a bundle.
struct BundleSection: View {
    @Bindable var session: Session

    var body: some View {
        Section {
            if session.state.bundles.isEmpty {
                if session.state.work == nil {
                    Text("There is no bundle yet. Build one with “squeezebert-edge build”.")
                    Text("Copy its folder into this app’s folder, with Files or Finder. README.md has the commands.")
                }
            } else {
                Picker("Bundle", selection: $session.bundleIndex) {
                    ForEach(session.state.bundles.indices, id: \.self) { index in
                        Text(title(of: session.state.bundles[index], among: session.state.bundles))
                            .tag(Optional(index))
                    }
                }
                if let loaded = session.state.loaded {
                    Text(loaded.bundlePhrase)
                        .font(.callout)
                        .foregroundStyle(.secondary)
                }
            }
            Button("Look again") { session.look() }
                .disabled(session.state.work != nil)
        }
    }
}
