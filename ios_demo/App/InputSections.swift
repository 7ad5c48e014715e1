import EdgeScreen
import SwiftUI

/// Where texts are written: one field, or two, as the task takes them.
struct InputSections: View {
    @Bindable var session: Session
    let words: InputWords

    var body: some View {
        Section {
            TextField(text: $session.firstText, axis: .vertical) { Text(words.first) }
        } header: {
            Text(words.first)
        }
        if let second = words.second {
            Section {
                TextField(text: $session.secondText, axis: .vertical) { Text(second) }
            } header: {
                Text(second)
            }
        }
    }
}
