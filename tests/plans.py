"""The static plan of a small checkpoint, made from the bundled texts as a build makes it."""

from edge.checkpoint import Checkpoint
from edge.examples import make_examples
from edge.samples import bundled_samples, split_samples
from edge.tokenizer import Tokenizer
from quantize import StaticPlan, find_recipe
from quantize.calibration import calibrate


def static_plan(checkpoint: Checkpoint, length: int, recipe: str = "int8-static") -> StaticPlan:
    """Calibrate `recipe` for `checkpoint` with texts cut to `length` tokens."""
    rows = split_samples(bundled_samples()).calibration
    tokenizer = Tokenizer(checkpoint.directory)
    examples = make_examples(rows, checkpoint.task, checkpoint.pooling is not None, tokenizer, length)
    options = find_recipe(recipe).static
    assert options is not None
    return calibrate(checkpoint, options, examples)


def layers_with_a_shared_input(plan: StaticPlan) -> list[str]:
    """Return the layers that read what another one reads too: key and value read what the query reads."""
    return [name for name in plan.linears if ".attention.key." in name or ".attention.value." in name]
