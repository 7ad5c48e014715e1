import EdgeScreen
import SwiftUI
import UIKit

/// The screen: a bundle, a text, and what the model says of it.
struct MainScreen: View {
    let session: Session

    /// What goes on after the system ended the app.
    @SceneStorage("session") private var remembered = ""

    @FocusState private var focus: InputSections.Field?

    var body: some View {
        NavigationStack {
            Form {
                BundleSection(session: session)
                if let loaded = session.state.loaded {
                    ArtifactSection(session: session, loaded: loaded)
                    InputSections(session: session, words: InputWords(loaded.task), focus: $focus)
                    RunSection(session: session, focus: $focus)
                }
                WorkSection(session: session)
                if let answer = session.state.answer { AnswerSection(words: AnswerWords(answer)) }
                if let figures = session.state.figures { FiguresSection(rows: figureRows(figures)) }
            }
            .scrollDismissesKeyboard(.interactively)
            .navigationTitle("SqueezeBERT edge")
        }
        .task { session.start(remembered: remembered) }
        .onChange(of: session.remembered) { _, now in remembered = now }
        .onChange(of: session.state.work?.announcement) { _, now in announce(now) }
        .onChange(of: session.state.problem) { _, now in announce(now?.phrase) }
        .onChange(of: session.state.answer) { _, now in announce(now.map { AnswerWords($0).summary }) }
    }

    private func announce(_ phrase: Phrase?) {
        guard let phrase else { return }
        UIAccessibility.post(notification: .announcement, argument: phrase.inWords)
    }
}
