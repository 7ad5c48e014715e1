"""``squeezebert-edge estimate``."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from edge.cli.output import print_json, print_note, print_table

if TYPE_CHECKING:
    from edge.estimation.document import ProcessorEstimate


def estimate(
    model: Annotated[
        str, typer.Argument(help="Checkpoint folder or Hub id, as 'build' takes it; only config.json is read.")
    ],
    target: Annotated[str, typer.Option(help="Device, see 'list targets'.")],
    sequence_length: Annotated[
        int | None, typer.Option(min=1, help="Tokens; the default is the target's first length.")
    ] = None,
    recipe: Annotated[
        str | None, typer.Option(help="Recipe, see 'list recipes'; the default is the target's own choice.")
    ] = None,
    task: Annotated[
        str | None, typer.Option(help="Task, see 'list tasks'; the default is the one that config.json names.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Estimate a model's latency on a device from its shape alone: lower bound and expected time by layer type."""
    from edge.estimation.estimate import estimate as estimate_latency
    from edge.estimation.model_shape import read_model_shape
    from edge.target import find_target

    device = find_target(target)
    shape = read_model_shape(model, task)
    length = sequence_length or min(device.sequence_lengths[0], shape.max_length)
    found = estimate_latency(shape, device, length, recipe)
    if json:
        print_json(found.model_dump(mode="json"))
        return
    print(
        f"estimate: {found.model} ({found.task}), {found.sequence_length} tokens, {found.target} ({found.soc}),"
        f" {found.macs / 1e9:.2f} G multiply-accumulates",
        end="\n\n",
    )
    for processor in found.processors:
        print_table(_table(processor))
        print()
    for assumption in found.assumptions:
        print_note(f"assumed: {assumption}")


def _table(found: "ProcessorEstimate") -> Table:
    """Return a row for each layer type, and the whole inference in the last."""
    from edge.estimation.estimate import BETWEEN_OPERATORS
    from edge.estimation.layer_work import LayerType

    titles = {kind.value: kind.in_words for kind in LayerType} | {BETWEEN_OPERATORS: "between operators"}
    table = Table(
        title=f"estimate: {found.format} {found.recipe} for {found.backend} on {found.processor}",
        title_justify="left",
        box=SIMPLE_HEAD,
        show_edge=False,
        padding=(0, 1),
        caption=found.why_no_expectation,
        caption_justify="left",
    )
    table.add_column("layers")
    for name in ("M MACs", "MB of weights", "at least ms", "expected ms"):
        table.add_column(name, justify="right")
    table.add_column("bound by")
    for layer in found.layers:
        table.add_row(
            titles[layer.type],
            _number(layer.macs / 1e6, ".1f"),
            _number(layer.weight_bytes / 1e6, ".2f"),
            _number(layer.lower_bound_ms, ".3f"),
            "-" if layer.expected_ms is None else _number(layer.expected_ms, ".3f"),
            layer.bound_by or "",
        )
    table.add_section()
    table.add_row(
        "whole inference",
        _number(sum(layer.macs for layer in found.layers) / 1e6, ".1f"),
        _number(sum(layer.weight_bytes for layer in found.layers) / 1e6, ".2f"),
        f"{found.lower_bound_ms:.3f}",
        "-" if found.expected_ms is None else f"{found.expected_ms:.3f}",
        "",
    )
    return table


def _number(value: float, form: str) -> str:
    """Return the number, and nothing for 0."""
    return format(value, form) if value else ""
