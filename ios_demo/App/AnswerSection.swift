import EdgeScreen
import SwiftUI

/// What the model said.
struct AnswerSection: View {
    let words: AnswerWords

    var body: some View {
        Section("Answer") {
            Text(words.summary).font(.headline)
            if !words.text.isEmpty { Text(marked(words.text)) }
            if let description = words.description { Text(description) }
            if let note = words.note { Text(note).foregroundStyle(.secondary) }
            ForEach(words.rows.indices, id: \.self) { index in AnswerRowView(row: words.rows[index]) }
            DisclosureGroup {
                Text(verbatim: words.tokens)
                    .font(.callout.monospaced())
                    .textSelection(.enabled)
            } label: {
                Text(words.tokenCount)
            }
        }
    }

    /// A text with marked pieces, underlined too: not everybody sees colours.
    private func marked(_ pieces: [TextPiece]) -> AttributedString {
        pieces.reduce(into: AttributedString()) { text, piece in
            var part = AttributedString(piece.text)
            if piece.marked {
                part.swiftUI.backgroundColor = Color("Highlight")
                part.swiftUI.underlineStyle = Text.LineStyle.single
            }
            text.append(part)
        }
    }
}

/// One label with its score and its bar.
private struct AnswerRowView: View {
    let row: AnswerRow

    var body: some View {
        VStack(alignment: .leading) {
            LabeledContent {
                Text(row.score).monospacedDigit()
            } label: {
                Text(row.label)
            }
            if let place = row.place {
                Text(place)
                    .font(.caption)
                    .foregroundStyle(.secondary)
            }
            if let share = row.share { ProgressView(value: share) }
        }
        .accessibilityElement(children: .ignore)
        .accessibilityLabel(Text(row.label))
        .accessibilityValue(Text(row.spoken))
    }
}
