"""Profiles of real artifacts: what ran, where it ran, and how the times add up."""

from collections import Counter

import pytest

from edge.profile import profile_artifact

PROFILED = [(name, recipe) for name in ("executorch", "tflite", "onnx") for recipe in ("fp32", "int8-dynamic")]
WITH_DELEGATES = [(name, recipe) for name, recipe in PROFILED if name != "onnx"]

# The file's name of an operator, and how the runtime begins its name of it. Those that runtimes merge or leave out,
# such as transposes, are not here.
SAME_OPERATORS = {
    "executorch": {
        "XNNFullyConnected": "Fully Connected",
        "XNNBatchMatrixMultiply": "Batch Matrix Multiply",
        "XNNSoftmax": "Softmax",
        "XNNGelu": "GELU",
    },
    "tflite": {
        "FULLY_CONNECTED": "Fully Connected",
        "BATCH_MATMUL": "Batch Matrix Multiply",
        "SOFTMAX": "Softmax",
        "GELU": "GELU",
    },
    "onnx": {"MatMulInteger": "MatMulInteger", "Softmax": "Softmax"},
}


@pytest.fixture(scope="session")
def profiled(converted):
    """Return a function from format and recipe to the profile of the artifact; each is measured once."""
    done = {}

    def profile(format_name, recipe):
        if (format_name, recipe) not in done:
            done[format_name, recipe] = profile_artifact(converted(format_name, recipe).path, threads=1)
        return done[format_name, recipe]

    return profile


def calls_of(profile, beginning):
    return sum(operator.calls for operator in profile.operators if operator.name.startswith(beginning))


def outside(operators, number):
    """Return how often each operator outside of delegates stands there; without the namespace of its name."""
    return {each.name.split("::")[-1]: getattr(each, number) for each in operators if not each.delegated}


@pytest.mark.parametrize(("format_name", "recipe"), PROFILED)
def test_as_many_operators_run_as_the_file_has(profiled, inspected, format_name, recipe):
    counts = Counter({each.name: each.count for each in inspected(format_name, recipe).operators if each.delegated})
    expected = {runtime_name: counts[name] for name, runtime_name in SAME_OPERATORS[format_name].items()}
    assert {name: calls_of(profiled(format_name, recipe), name) for name in expected} == expected


@pytest.mark.parametrize("format_name", ["executorch", "tflite"])
@pytest.mark.parametrize(("recipe", "expected"), [("fp32", False), ("int8-dynamic", True)])
def test_linear_layers_on_rows_quantized_as_they_come_are_told_apart(profiled, format_name, recipe, expected):
    names = [operator.name for operator in profiled(format_name, recipe).operators]
    assert any(name.startswith("Fully Connected (NC, QD") for name in names) == expected


@pytest.mark.parametrize(("format_name", "recipe"), WITH_DELEGATES)
def test_operators_outside_of_delegates_are_those_of_the_inspection(profiled, inspected, format_name, recipe):
    expected = outside(inspected(format_name, recipe).operators, "count")
    assert outside(profiled(format_name, recipe).operators, "calls") == expected


@pytest.mark.parametrize(("format_name", "lookup"), [("executorch", "embedding.out"), ("tflite", "EMBEDDING_LOOKUP")])
def test_lookup_of_the_embeddings_is_outside(profiled, format_name, lookup):
    assert outside(profiled(format_name, "fp32").operators, "calls")[lookup] == 1


@pytest.mark.parametrize(("format_name", "recipe"), PROFILED)
def test_shares_sum_to_one(profiled, format_name, recipe):
    assert sum(operator.share for operator in profiled(format_name, recipe).operators) == pytest.approx(1)


@pytest.mark.parametrize(("format_name", "recipe"), PROFILED)
def test_operators_fit_into_the_inference_that_they_were_measured_in(profiled, format_name, recipe):
    profile = profiled(format_name, recipe)
    assert 0 < profile.operators_us <= profile.profiled_latency_us


@pytest.mark.parametrize(("format_name", "recipe"), PROFILED)
def test_most_time_comes_first(profiled, format_name, recipe):
    times = [operator.microseconds for operator in profiled(format_name, recipe).operators]
    assert times == sorted(times, reverse=True)


def test_profile_says_what_ran_and_how_often(profiled):
    profile = profiled("tflite", "fp32")
    assert (profile.format, profile.threads, profile.runs) == ("tflite", 1, 30)
    assert profile.runtime.startswith("ai-edge-litert ")
