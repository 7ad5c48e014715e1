import EdgeScreen
import SwiftUI

/// What begins a run.
struct RunSection: View {
    let session: Session

    /// Taken away from the fields: the keyboard lies over the answer.
    let focus: FocusState<InputSections.Field?>.Binding

    var body: some View {
        Section {
            Button("Run") {
                focus.wrappedValue = nil
                session.run()
            }
            Button("Measure") {
                focus.wrappedValue = nil
                session.measure()
            }
        }
        .disabled(session.state.work != nil)
    }
}
