"""What ``squeezebert-edge inspect`` says of the Neural Engine; the tables fit a terminal of 80 columns."""

from collections.abc import Iterable, Sequence

from rich.table import Table
from rich.text import Text

from edge.cli.inspection_tables import number_table
from edge.inspection import NeuralEngine, NeuralEngineFinding, NeuralEngineFunction

_UNKNOWN = "?"


def share_table(neural_engine: NeuralEngine) -> Table:
    """Return the multiply-accumulates of each function, and the share that no rule takes off, or names at all."""
    table = number_table("Neural Engine", "ops", "eligible", "M MACs", "% eligible", "% named by no rule")
    for function in neural_engine.functions:
        table.add_row(
            Text(function.name),
            str(function.operations),
            str(function.eligible_operations),
            _millions(function.macs),
            _percent(function.eligible_macs, function.macs),
            _percent(function.unnamed_macs, function.macs),
        )
    return table


def finding_table(neural_engine: NeuralEngine) -> Table:
    """Return the findings by rule and type of operation; rules that take operations off come first."""
    table = number_table("rule", "ops")
    table.add_column("type", overflow="fold")
    table.add_column("first", overflow="fold")
    for name in ("M MACs", "%"):
        table.add_column(name, justify="right", no_wrap=True)
    leaving = {rule.name for rule in neural_engine.rules if rule.leaves}
    for function in neural_engine.functions:
        label = ""
        for group in _groups(neural_engine, function):
            first = group[0]
            effect = _effect(first.rule in leaving)
            if effect != label:
                label = effect
                named = f"{function.name}: {label}" if len(neural_engine.functions) > 1 else label
                table.add_section()
                table.add_row(Text(named, style="bold"))
            macs = _sum(finding.macs for finding in group)
            table.add_row(
                Text(first.rule),
                str(len(group)),
                Text(first.type),
                Text(first.name),
                _millions(macs),
                _percent(macs, function.macs),
            )
    return table


def rule_table(neural_engine: NeuralEngine) -> Table:
    """Return what each rule with a finding says, and who says so."""
    hit = {finding.rule for finding in neural_engine.findings}
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for rule in neural_engine.rules:
        if rule.name in hit:
            text = Text(f"{_effect(rule.leaves)}: {rule.checks}")
            for source in rule.sources:
                text.append(f"\n- {source}")
            table.add_row(Text(rule.name, style="bold"), text)
    return table


def _effect(leaves: bool) -> str:
    return "leaves" if leaves else "may stay"


def _groups(neural_engine: NeuralEngine, function: NeuralEngineFunction) -> Iterable[Sequence[NeuralEngineFinding]]:
    order = [rule.name for rule in neural_engine.rules]
    groups: dict[tuple[int, str], list[NeuralEngineFinding]] = {}
    for finding in neural_engine.findings:
        if finding.function == function.name:
            groups.setdefault((order.index(finding.rule), finding.type), []).append(finding)
    return [group for _, group in sorted(groups.items(), key=lambda item: (item[0][0], -len(item[1]), item[0][1]))]


def _sum(counts: Iterable[int | None]) -> int | None:
    known = list(counts)
    return None if None in known else sum(filter(None, known))


def _millions(macs: int | None) -> str:
    return _UNKNOWN if macs is None else f"{macs / 1e6:,.1f}"


def _percent(part: int | None, whole: int | None) -> str:
    return _UNKNOWN if part is None or not whole else f"{100 * part / whole:.1f}"
