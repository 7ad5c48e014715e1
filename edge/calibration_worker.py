"""The process that calibrates one static recipe, measures its sensitivity and searches its mixed precision."""

import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge.checkpoint import load_checkpoint
from edge.child_process import run_job
from edge.encoder import Encoder, EncoderVariant
from edge.examples import make_examples
from edge.precision_search import search_precision
from edge.samples import bundled_samples, read_samples, split_samples
from edge.sensitivity import LayerSensitivity, Search, Sensitivity, write_sensitivity
from edge.task_metric import TaskMetric, run, task_metric
from edge.tokenizer import Tokenizer

if TYPE_CHECKING:
    from quantize import StaticPlan

# Each layer runs them once more; the table's order is settled by a few.
SENSITIVITY_ROWS = 16


def calibrate_recipe(
    checkpoint: str,
    task: str,
    recipe: str,
    calibration: str | None,
    sequence_length: int,
    max_drop: float | None,
    plan: str,
    table: str,
) -> dict[str, Any]:
    """Write the static plan of `recipe` to the file `plan`, and its sensitivity to `table`.

    Parameters
    ----------
    calibration
        File with texts; None takes the bundled sample.
    sequence_length
        Texts are cut to it, in tokens.
    max_drop
        Points that the metric may lose; None keeps all layers as the recipe says.
    """
    import torch

    from quantize import find_recipe
    from quantize.calibration import calibrate, fold_plan
    from quantize.sensitivity import layers_of_plan, measure_sensitivity

    # Sums of floats depend on the number of threads; the plan, and with it the artifacts' bytes, must not.
    torch.set_num_threads(1)
    loaded = load_checkpoint(checkpoint, task)
    tokenizer = Tokenizer(loaded.directory)
    samples = bundled_samples() if calibration is None else read_samples(Path(calibration))
    rows = split_samples(samples).calibration
    examples = make_examples(rows, loaded.task, loaded.pooling is not None, tokenizer, sequence_length)
    options = find_recipe(recipe).static
    assert options is not None
    chosen = calibrate(loaded, options, examples)

    encoder = Encoder(loaded, sequence_length, EncoderVariant())
    fold_plan(encoder, chosen)
    layers = layers_of_plan(encoder, chosen)
    found = measure_sensitivity(encoder, chosen, loaded.task, examples[:SENSITIVITY_ROWS])
    search = None
    if max_drop is not None:
        metric = task_metric(loaded, samples, rows, tokenizer, sequence_length)
        chosen, search = _search(encoder, chosen, layers, found, metric, max_drop)
    chosen.save(Path(plan))
    floats = {layer for layer, linears in layers.items() if not set(linears) & set(chosen.linears)}
    final = [row.model_copy(update={"is_float": row.layer in floats}) for row in found]
    write_sensitivity(
        Path(table),
        Sensitivity(recipe=recipe, rows=min(len(examples), SENSITIVITY_ROWS), layers=final, search=search),
    )
    return {}


def _search(
    encoder: Encoder,
    plan: "StaticPlan",
    layers: dict[str, list[str]],
    table: list[LayerSensitivity],
    metric: TaskMetric,
    max_drop: float,
) -> tuple["StaticPlan", Search]:
    from quantize.embedding import quantize_embeddings
    from quantize.static_linear import quantize_linears
    from quantize.static_product import quantize_products

    exact = run(encoder, metric.examples)

    def measure(candidate: "StaticPlan") -> float:
        quantized = copy.deepcopy(encoder)
        quantize_linears(quantized, candidate)
        quantize_products(quantized, candidate.for_length(encoder.sequence_length))
        quantize_embeddings(quantized)
        return metric.measure(quantized, exact)

    rows = len(metric.questions) or len(metric.examples)
    chosen, trials = search_precision(plan, layers, table, measure, metric.score(exact, exact), max_drop)
    return chosen, Search(max_drop=max_drop, metric=metric.name, rows=rows, trials=trials)


if __name__ == "__main__":
    run_job(calibrate_recipe)
