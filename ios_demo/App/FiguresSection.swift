import EdgeScreen
import SwiftUI

/// Times, memory and heat.
struct FiguresSection: View {
    let rows: [FigureRow]

    var body: some View {
        Section {
            ForEach(rows.indices, id: \.self) { index in
                LabeledContent {
                    Text(rows[index].value).monospacedDigit()
                } label: {
                    Text(rows[index].name)
                }
                .accessibilityElement(children: .ignore)
                .accessibilityLabel(Text(rows[index].name))
                .accessibilityValue(Text(rows[index].value))
            }
        } header: {
            Text("This device")
        } footer: {
            Text("Times are of tokens, model and answer together. Benchmarks: squeezebert-edge bench --device ios")
        }
    }
}
