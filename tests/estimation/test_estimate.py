"""Lower bounds and expected times of targets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.efficiencies import published_config
from edge.errors import InputError
from edge.estimation.efficiencies import load_efficiencies
from edge.estimation.estimate import BETWEEN_OPERATORS, estimate
from edge.estimation.layer_work import LayerType
from edge.estimation.model_shape import ModelShape
from edge.target import find_target, load_targets
from edge.tasks import find_task

BASE = ModelShape("base", published_config(), find_task("feature-extraction"), 0, 512)
CLASSIFIER = ModelShape("classifier", published_config(), find_task("text-classification"), 150, 512)
targets = st.sampled_from(sorted(load_targets()))
lengths = st.integers(3, 512)


def on_cpu(target, length=128, recipe=None, shape=BASE):
    found = estimate(shape, find_target(target), length, recipe)
    return next(each for each in found.processors if each.threads is not None)


@pytest.mark.parametrize("name", load_targets())
def test_every_target_has_an_estimate(name):
    found = estimate(BASE, find_target(name), 128)

    assert found.kind == "estimate"
    assert found.target == name
    assert found.processors
    assert all(processor.lower_bound_ms > 0 for processor in found.processors)
    assert on_cpu(name).expected_ms > 0


@given(targets, lengths, st.sampled_from(["fp32", "int8-dynamic"]))
def test_no_layer_is_expected_to_be_faster_than_its_lower_bound(target, length, recipe):
    found = on_cpu(target, length, recipe, CLASSIFIER)

    assert all(layer.lower_bound_ms <= layer.expected_ms for layer in found.layers)
    assert found.lower_bound_ms == pytest.approx(sum(layer.lower_bound_ms for layer in found.layers))
    assert found.expected_ms == pytest.approx(sum(layer.expected_ms for layer in found.layers))


@given(targets, st.integers(3, 500), st.integers(1, 12), st.sampled_from(["fp32", "int8-dynamic"]))
def test_lower_bound_grows_with_the_length(target, length, more, recipe):
    shorter, longer = on_cpu(target, length, recipe), on_cpu(target, length + more, recipe)

    assert shorter.lower_bound_ms < longer.lower_bound_ms


@given(targets, st.sampled_from(["fp32", "int8-dynamic"]))
def test_twice_as_long_a_text_is_expected_to_take_longer(target, recipe):
    times = [on_cpu(target, length, recipe).expected_ms for length in (16, 32, 64, 128, 256, 512)]

    assert times == sorted(times)


def test_bound_of_a_raspberry_pi_5_is_its_products_at_peak():
    # 3.70 G multiply-accumulates on four cores of 38.4 GFLOP/s.
    assert on_cpu("raspberry-pi-5", recipe="fp32").lower_bound_ms == pytest.approx(48, rel=0.03)


def test_int8_is_bound_lower_where_there_are_dot_products():
    with_dot, without = (
        on_cpu(name, recipe="fp32").lower_bound_ms / on_cpu(name, recipe="int8-dynamic").lower_bound_ms
        for name in ("raspberry-pi-5", "raspberry-pi-4")
    )

    assert with_dot > 3 > without > 1


def test_few_tokens_wait_for_memory_and_many_for_products():
    def bound_by(length):
        layers = {layer.type: layer for layer in on_cpu("raspberry-pi-5", length, "int8-dynamic").layers}
        return layers[LayerType.POST_ATTENTION.value].bound_by

    assert bound_by(3) == "memory"
    assert bound_by(512) == "compute"


def test_layers_say_what_they_are_and_add_up_to_all_multiply_accumulates():
    found = estimate(CLASSIFIER, find_target("raspberry-pi-5"), 128)

    (processor,) = found.processors
    assert [layer.type for layer in processor.layers] == [*(kind.value for kind in LayerType), BETWEEN_OPERATORS]
    assert sum(layer.macs for layer in processor.layers) == found.macs


def test_neural_engine_has_a_lower_bound_alone_beside_the_cpu():
    neural_engine, cpu = estimate(BASE, find_target("iphone-15-pro"), 128).processors

    assert neural_engine.processor == "Neural Engine"
    assert (neural_engine.format, neural_engine.backend, neural_engine.recipe) == (
        "coreml",
        "neural-engine",
        "int8-weight",
    )
    assert neural_engine.expected_ms is None
    assert "no efficiency was measured" in neural_engine.why_no_expectation
    assert (cpu.format, cpu.recipe, cpu.threads) == ("executorch", "int8-dynamic", 2)
    assert neural_engine.lower_bound_ms < cpu.lower_bound_ms


def test_named_recipe_leaves_out_processors_that_do_not_run_it():
    (processor,) = estimate(BASE, find_target("iphone-13"), 128, "fp16").processors

    assert processor.processor == "Neural Engine"


def test_fewer_bits_of_weights_are_fewer_bytes():
    def bytes_of(recipe):
        (processor,) = estimate(BASE, find_target("iphone-15-pro"), 128, recipe).processors
        layers = {layer.type: layer.weight_bytes for layer in processor.layers}
        return layers[LayerType.POST_ATTENTION.value]

    assert bytes_of("fp16") == 2 * bytes_of("int8-weight") == 4 * bytes_of("int4-weight")


def test_recipe_that_the_target_does_not_run_is_refused_with_those_that_it_does():
    with pytest.raises(
        InputError, match="raspberry-pi-5 does not run fp16: choose one of int8-dynamic, int8-static, f"
    ):
        estimate(BASE, find_target("raspberry-pi-5"), 128, "fp16")


def test_fastest_cores_compute():
    assert on_cpu("pixel-8").processor == "CPU, 4 threads: 1 x Cortex-X3, 3 x Cortex-A715"


def test_assumptions_name_the_machine_of_the_efficiencies():
    found = estimate(BASE, find_target("pixel-3"), 128)

    assert any(load_efficiencies().machine in assumption for assumption in found.assumptions)
