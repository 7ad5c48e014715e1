"""What an inference computes and reads, counted from the encoder's shape."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.efficiencies import published_config
from converters import convert
from edge.checkpoint import load_checkpoint
from edge.estimation.layer_work import LayerType, LayerWork, add_by_type, encoder_work, head_work
from edge.estimation.model_shape import ModelShape, read_model_shape
from edge.estimation.precision import precision_of
from edge.inspection.macs import multiply_accumulates
from edge.inspection.mil_function import read_functions
from edge.runtimes.mil.package import read_package
from edge.tasks import find_task
from quantize import find_recipe
from tests.checkpoints import save_bert, save_squeezebert

# Of SqueezeBERT-base: 26,542,080 for each token in its linear layers, 18,432 for each pair of tokens in attention.
LINEAR_WEIGHTS, PAIR_PRODUCTS = 26_542_080, 18_432


def squeezebert_base(length):
    return {work.type: work for work in encoder_work(published_config(), length)}


def total(works, name):
    return sum(getattr(work, name) for work in works)


@pytest.mark.parametrize("length", [32, 128, 384])
def test_multiply_accumulates_of_squeezebert_base(length):
    works = squeezebert_base(length).values()

    assert total(works, "macs") == LINEAR_WEIGHTS * length + PAIR_PRODUCTS * length**2


def test_multiply_accumulates_of_its_layer_types_at_128_tokens():
    works = squeezebert_base(128)

    billions = {kind: works[kind].macs / 1e9 for kind in works}
    assert billions[LayerType.QUERY_KEY_VALUE] == pytest.approx(0.68, abs=0.005)
    assert billions[LayerType.POST_ATTENTION] == pytest.approx(0.91, abs=0.005)
    assert billions[LayerType.INTERMEDIATE] + billions[LayerType.OUTPUT] == pytest.approx(1.81, abs=0.005)
    assert billions[LayerType.ATTENTION_PRODUCTS] == pytest.approx(0.30, abs=0.005)


def test_weights_of_its_linear_layers_are_26_5_megabytes_in_int8():
    precision = precision_of(find_recipe("int8-dynamic"), "tflite", "xnnpack", 128)
    works = [work for work in squeezebert_base(128).values() if work.type != LayerType.EMBEDDING]

    assert sum(precision.bytes_read(work) for work in works) == LINEAR_WEIGHTS


def test_one_layer_for_each_group_gives_query_key_and_value():
    assert squeezebert_base(128)[LayerType.QUERY_KEY_VALUE].operators == 12 * 4


@pytest.mark.parametrize(
    ("task", "save"),
    [
        ("text-classification", save_squeezebert),
        ("token-classification", save_squeezebert),
        ("question-answering", save_squeezebert),
        ("fill-mask", save_bert),
        ("feature-extraction", save_bert),
    ],
)
def test_an_artifact_has_as_many_multiply_accumulates(task, save, tmp_path):
    folder = save(tmp_path / "model", task=task, hidden_size=32, layers=2)
    (artifact,) = convert("coreml", load_checkpoint(folder), (find_recipe("fp16"),), 16, tmp_path, {})

    (function,) = read_functions(read_package(artifact.path))

    counted = sum(multiply_accumulates(operation) for operation in function.operations)
    assert total(read_model_shape(folder).work(16), "macs") == counted


def test_head_over_one_position_does_not_grow_with_the_length():
    config, task = published_config(), find_task("text-classification")

    assert head_work(config, task, 3, 128) == head_work(config, task, 3, 32)
    assert head_work(config, task, 3, 32).macs == 768 * 768 + 3 * 768


@given(st.integers(2, 511))
def test_a_longer_text_has_more_work_in_every_layer_type(length):
    shorter, longer = squeezebert_base(length), squeezebert_base(length + 1)

    for kind in shorter:
        for name in ("macs", "steps", "moved"):
            small, large = getattr(shorter[kind], name), getattr(longer[kind], name)
            assert small < large or small == large == 0


@given(st.lists(st.builds(LayerWork, st.sampled_from(LayerType), st.integers(0, 9), st.integers(0, 9)), max_size=9))
def test_sums_by_type_lose_nothing_and_keep_the_order_of_the_encoder(works):
    sums = add_by_type(works)

    assert total(sums, "macs") == total(works, "macs")
    assert total(sums, "weights") == total(works, "weights")
    assert [work.type for work in sums] == [kind for kind in LayerType if kind in {work.type for work in works}]


def test_a_model_without_a_head_has_no_work_for_one():
    shape = ModelShape("base", published_config(), find_task("feature-extraction"), 0, 512)

    assert LayerType.HEAD not in {work.type for work in shape.work(128)}
