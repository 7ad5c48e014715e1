"""Calibration: ranges of all linear layers from the texts that the float model is run on."""

from dataclasses import replace

import pytest
import torch
from torch import nn

from edge.checkpoint import load_checkpoint
from edge.encoder import Encoder, EncoderVariant
from edge.examples import Example, make_examples
from edge.pretrained import intents
from edge.samples import bundled_samples, split_samples
from edge.tasks import TASKS
from edge.tokenizer import Tokenizer
from quantize.calibration import calibrate, fold_plan, prepared_encoder, run_examples
from quantize.embedding import quantize_embeddings
from quantize.recipe import StaticOptions, find_recipe
from quantize.static_linear import quantize_linears
from quantize.static_plan import PROBABILITIES, ProductRanges

GROUPS = {"1": (1,) * 6, "4": (4,) * 6, "usual": (4, 4, 4, 1, 4, 4), "mixed": (2, 4, 1, 2, 4, 1)}
LENGTH = 16
RECIPE = find_recipe("int8-static").static
NAIVE = StaticOptions("min-max", "min-max", equalization=0.0, outliers=0.0, keep_float=())


def encoder_of(checkpoint, length=LENGTH):
    return Encoder(checkpoint, length, EncoderVariant())


def linear_names(encoder):
    return {name for name, module in encoder.named_modules() if isinstance(module, nn.Linear)}


def decibels(expected, found):
    pairs = [pair for a, b in zip(expected, found, strict=True) for pair in zip(a, b, strict=True)]
    noise = sum(float((a - b).square().sum()) for a, b in pairs)
    return 10 * torch.log10(torch.tensor(sum(float(a.square().sum()) for a, _ in pairs) / noise)).item()


@pytest.mark.parametrize("task", TASKS)
def test_every_linear_layer_has_ranges(checkpoint_of, examples_of, task):
    checkpoint = checkpoint_of(task)
    plan = calibrate(checkpoint, RECIPE, examples_of(checkpoint))

    folded = encoder_of(checkpoint)
    fold_plan(folded, plan)
    assert plan.linears.keys() == linear_names(folded)


def test_ranges_contain_zero(checkpoint_of, examples_of):
    checkpoint = checkpoint_of()

    for ranges in calibrate(checkpoint, RECIPE, examples_of(checkpoint)).linears.values():
        assert ranges.input.low <= 0 <= ranges.input.high
        assert ranges.output.low <= 0 <= ranges.output.high


def test_min_max_ranges_are_those_of_the_texts(checkpoint_of, examples_of):
    checkpoint = checkpoint_of()
    examples = examples_of(checkpoint)
    encoder = encoder_of(checkpoint)
    seen = []
    encoder.layers[1].post_attention.register_forward_hook(lambda module, inputs, output: seen.append(output))

    run_examples(encoder, examples)

    found = calibrate(checkpoint, NAIVE, examples).linears["layers.1.post_attention.groups.0"].output
    assert (found.low, found.high) == (min(v.min().item() for v in seen), max(v.max().item() for v in seen))


def test_the_same_texts_give_the_same_plan(checkpoint_of, examples_of):
    checkpoint = checkpoint_of()

    first, second = (calibrate(checkpoint, RECIPE, examples_of(checkpoint)) for _ in range(2))

    assert first == second


def test_parts_of_one_tensor_share_a_range(checkpoint_of, examples_of):
    checkpoint = checkpoint_of()

    linears = calibrate(checkpoint, RECIPE, examples_of(checkpoint)).linears

    def ranges(*beginnings, side):
        return {getattr(carried, side) for name, carried in linears.items() if name.startswith(beginnings)}

    attention = "layers.0.attention."
    assert len(ranges(attention, side="input")) == len(ranges(attention, side="output")) == 1
    neurons = ("layers.0.feed_forward.intermediate.", "layers.0.feed_forward.outliers.intermediate")
    assert len(ranges(*neurons, side="input")) == len(ranges("layers.0.feed_forward.output.", side="output")) == 1
    assert len(ranges(*neurons, side="output")) == 4 + 1


def test_ranges_of_attention_s_products_are_those_of_their_operands(checkpoint_of, examples_of):
    checkpoint = checkpoint_of()

    plan = calibrate(checkpoint, RECIPE, examples_of(checkpoint))

    projections = plan.linears["layers.1.attention.key.groups.0"].output
    context = plan.linears["layers.1.post_attention.groups.0"].input
    scores = plan.products["layers.1.attention.products.scores"]
    assert projections.scale_and_zero_point()[1] == 0
    assert (scores.left, scores.right) == (projections, projections)
    assert plan.products["layers.1.attention.products.context"] == ProductRanges(PROBABILITIES, projections, context)
    assert len(plan.products) == 4


def test_named_layers_stay_float(checkpoint_of, examples_of):
    checkpoint = checkpoint_of()
    examples = examples_of(checkpoint)
    kept = ("layers.0.feed_forward.*", "head.classifier")

    plan = calibrate(checkpoint, replace(RECIPE, keep_float=kept), examples)

    everything = calibrate(checkpoint, RECIPE, examples).linears
    left_out = everything.keys() - plan.linears.keys()
    assert "head.classifier" in left_out
    assert {name.rsplit(".groups")[0].rsplit(".outliers")[0] for name in left_out} == {
        "head.classifier",
        "layers.0.feed_forward",
        "layers.0.feed_forward.intermediate",
        "layers.0.feed_forward.output",
    }
    assert all(plan.linears[name] == everything[name] for name in plan.linears)


def test_what_padding_would_compute_widens_no_range(checkpoint_of, examples_of):
    checkpoint = checkpoint_of()
    words = checkpoint.weights["embeddings.word_embeddings.weight"].clone()
    words[0] *= 1e4
    changed = replace(checkpoint, weights={**checkpoint.weights, "embeddings.word_embeddings.weight": words})
    # Texts of different lengths: a batch of them would be padded.
    examples = [*examples_of(checkpoint), Example(("",), (2, 60, 3), (0, 0, 0), None)]
    assert all(0 not in example.input_ids for example in examples)

    assert calibrate(changed, RECIPE, examples) == calibrate(checkpoint, RECIPE, examples)


def test_examples_run_at_their_own_length(checkpoint_of, examples_of):
    checkpoint = checkpoint_of("token-classification")
    (example,) = examples_of(checkpoint, count=1, length=12)

    ((long,),) = run_examples(encoder_of(checkpoint, 64), [example])
    ((exact,),) = run_examples(encoder_of(checkpoint, len(example.input_ids)), [example])

    assert long.shape == (1, len(example.input_ids), 3)
    assert torch.equal(long, exact)


def test_an_encoder_keeps_its_length_after_examples(checkpoint_of, examples_of):
    checkpoint = checkpoint_of()
    encoder = encoder_of(checkpoint, 64)
    (before,) = encoder(*encoder.example_inputs())

    run_examples(encoder, examples_of(checkpoint, count=2))

    assert torch.equal(encoder(*encoder.example_inputs())[0], before)


@pytest.mark.parametrize("groups", GROUPS.values(), ids=GROUPS)
def test_a_folded_plan_changes_no_output(checkpoint_of, examples_of, groups):
    checkpoint = checkpoint_of(groups=groups)
    examples = examples_of(checkpoint)
    plan = calibrate(checkpoint, RECIPE, examples)

    folded = prepared_encoder(checkpoint, LENGTH, EncoderVariant(), plan)

    assert decibels(run_examples(encoder_of(checkpoint), examples), run_examples(folded, examples)) > 90


@pytest.mark.slow
def test_the_recipe_is_clearly_better_than_min_max_ranges_alone_on_a_trained_model():
    length = 64
    with intents() as folder:
        checkpoint = load_checkpoint(folder)
        tokenizer = Tokenizer(checkpoint.directory)
    split = split_samples(bundled_samples())
    calibration = make_examples(split.calibration[:48], checkpoint.task, False, tokenizer, length)
    verification = make_examples(split.verification, checkpoint.task, False, tokenizer, length)
    exact = run_examples(encoder_of(checkpoint, length), verification)

    def sqnr(options):
        plan = calibrate(checkpoint, options, calibration)
        encoder = prepared_encoder(checkpoint, length, EncoderVariant(), plan)
        quantize_linears(encoder, plan)
        quantize_embeddings(encoder)
        return decibels(exact, run_examples(encoder, verification))

    recipe = sqnr(RECIPE)
    assert recipe > 25
    assert recipe > sqnr(NAIVE) + 3
