import EdgeScreen
import SwiftUI
import UIKit

/// What begins a run.
struct RunSection: View {
    let session: Session

    var body: some View {
        Section {
            Button("Run") {
                hideKeyboard()
                session.run()
            }
            Button("Measure") {
                hideKeyboard()
                session.measure()
            }
        }
        .disabled(session.state.work != nil)
    }

    /// Takes the keyboard away, which lies over the answer.
    private func hideKeyboard() {
        UIApplication.shared.sendAction(#selector(UIResponder.resignFirstResponder), to: nil, from: nil, for: nil)
    }
}
