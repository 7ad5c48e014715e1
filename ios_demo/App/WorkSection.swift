import EdgeScreen
import SwiftUI

/// What goes on, and what went wrong.
struct WorkSection: View {
    let session: Session

    var body: some View {
        if let work = session.state.work {
            Section {
                ProgressView(value: work.fraction) { Text(work.phrase) }
                Button("Cancel", role: .cancel) { session.cancel() }
            }
        }
        if let problem = session.state.problem {
            Section {
                Label {
                    Text(problem.phrase).textSelection(.enabled)
                } icon: {
                    Image(systemName: "exclamationmark.triangle")
                        .foregroundStyle(.red)
                        .accessibilityHidden(true)
                }
            }
        }
    }
}
