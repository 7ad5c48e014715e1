import EdgeKit

/// A row of the figures: a name and a value.
public struct FigureRow: Equatable, Sendable {
    /// What it is.
    public let name: Phrase

    /// Its value with its unit.
    public let value: Phrase
}

/// Times, memory and heat in words.
public func figureRows(_ figures: Figures, numbers: Numbers = Numbers()) -> [FigureRow] {
    let latencies = figures.latencies
    var rows = [
        FigureRow(name: Phrase("This run"), value: numbers.milliseconds(latencies.lastMs)),
        FigureRow(
            name: Phrase("Half of the last %lld runs took at most (p50)", .number(latencies.runs)),
            value: numbers.milliseconds(latencies.p50Ms)
        ),
        FigureRow(
            name: Phrase("Nine tenths of them took at most (p90)"),
            value: numbers.milliseconds(latencies.p90Ms)
        ),
    ]
    if let bytes = figures.memoryBytes {
        rows.append(FigureRow(name: Phrase("Memory of the app (footprint)"), value: numbers.megabytes(bytes)))
    }
    rows.append(FigureRow(name: Phrase("Thermal state"), value: phrase(of: figures.thermalState)))
    return rows
}

private func phrase(of state: ThermalState) -> Phrase {
    switch state {
    case .nominal: Phrase("nominal")
    case .fair: Phrase("fair")
    case .serious: Phrase("serious: the system slows down")
    case .critical: Phrase("critical: let the device cool down")
    }
}
