"""This machine as a device: artifacts run on golden examples in processes of their own."""

from contextlib import nullcontext

import numpy as np
import pytest

from converters import convert
from edge.bundle import artifact_info
from edge.checkpoint import load_checkpoint
from edge.devices.cores import usable_cores
from edge.devices.host import default_threads, describe, run_artifacts
from edge.devices.measurement import MeasurementRule
from edge.errors import InputError
from edge.examples import make_examples
from edge.golden import Golden, load_golden, save_golden
from edge.reference import reference_outputs
from edge.samples import Sample
from edge.target import host_target
from edge.tokenizer import Tokenizer
from quantize import find_recipe
from tests.checkpoints import save_squeezebert

LENGTH = 16
SAMPLES = [Sample("pay my bill"), Sample("the bank " * 20), Sample("mary works in london")]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    """Return a folder with a small token classifier and its golden vectors."""
    folder = tmp_path_factory.mktemp("bundle")
    checkpoint = load_checkpoint(save_squeezebert(folder / "checkpoint", "token-classification"))
    examples = make_examples(SAMPLES, checkpoint.task, False, Tokenizer(checkpoint.directory), LENGTH)
    (folder / "golden").mkdir()
    save_golden(Golden(LENGTH, 0, tuple(examples), tuple(reference_outputs(checkpoint, examples))), folder / "golden")
    return folder


@pytest.fixture(scope="module")
def artifact(bundle):
    """Return the classifier as .onnx."""
    checkpoint = load_checkpoint(bundle / "checkpoint")
    (converted,) = convert("onnx", checkpoint, (find_recipe("fp32"),), LENGTH, bundle, {})
    return artifact_info(bundle, converted)


def test_outputs_are_at_the_positions_of_each_example(bundle, artifact):
    (run,) = run_artifacts(bundle, [artifact], threads=1, stage=nullcontext)

    assert run.outputs is not None
    assert [values["logits"].shape for values in run.outputs] == [(5, 3), (16, 3), (6, 3)]
    assert run.benchmark is None


def test_outputs_are_the_reference_s(bundle, artifact):
    (run,) = run_artifacts(bundle, [artifact], threads=1, stage=nullcontext)

    for found, expected in zip(run.outputs, load_golden(bundle / "golden", LENGTH).outputs, strict=True):
        np.testing.assert_allclose(found["logits"], expected["logits"], atol=1e-4)


def test_runtime_says_what_computed(bundle, artifact):
    (run,) = run_artifacts(bundle, [artifact], threads=1, stage=nullcontext)

    assert run.runtime.startswith("onnxruntime 1.")


def test_measurement_follows_the_rule(bundle, artifact):
    rule = MeasurementRule(warm_up_runs=1, minimum_runs=7, minimum_seconds=0)

    (run,) = run_artifacts(bundle, [artifact], threads=1, stage=nullcontext, rule=rule, with_outputs=False)

    assert run.outputs is None
    assert (run.benchmark.runs, run.benchmark.threads, run.benchmark.device) == (7, 1, "host")
    assert (run.benchmark.artifact, run.benchmark.sequence_length) == ("onnx-fp32-16", LENGTH)
    assert 0 < run.benchmark.latency_ms.min <= run.benchmark.latency_ms.p50
    assert run.benchmark.load_ms > 0
    assert 10 < run.benchmark.peak_rss_mb < 1000


def test_a_missing_artifact_is_refused(bundle, artifact):
    missing = artifact.model_copy(update={"file": "missing.onnx"})

    with pytest.raises(InputError, match="no such artifact"):
        run_artifacts(bundle, [missing], threads=1, stage=nullcontext)


def test_threads_are_those_of_the_target_as_far_as_there_are_cores():
    assert default_threads() == min(host_target().threads, usable_cores())


def test_description_is_one_line():
    assert "\n" not in describe()
