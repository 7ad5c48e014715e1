import EdgeScreen
import SwiftUI

/// Where texts are written: one field, or two, as the task takes them.
struct InputSections: View {
    /// A field to write in.
    enum Field: Hashable {
        case first
        case second
    }

    @Bindable var session: Session
    let words: InputWords

    /// The field that the keyboard writes into; nil takes the keyboard away.
    let focus: FocusState<Field?>.Binding

    var body: some View {
        Section {
            TextField(text: $session.firstText, axis: .vertical) { Text(words.first) }
                .focused(focus, equals: .first)
        } header: {
            Text(words.first)
        }
        if let second = words.second {
            Section {
                TextField(text: $session.secondText, axis: .vertical) { Text(second) }
                    .focused(focus, equals: .second)
            } header: {
                Text(second)
            }
        }
    }
}
