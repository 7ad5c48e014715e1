"""This machine as a device: artifacts run on golden examples in processes of their own."""

import os
from contextlib import nullcontext

import numpy as np
import pytest

import edge
from edge.bundle import open_bundle
from edge.devices import Work, open_device
from edge.devices.cores import usable_cores
from edge.devices.host import HostDevice, default_threads, describe
from edge.devices.work import MeasurementRule
from edge.errors import DeviceError, InputError
from edge.golden import load_golden
from edge.target import host_target
from tests.checkpoints import save_squeezebert

LENGTH = 16


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    """Return the bundle of a small token classifier, whose examples have outputs at their own tokens."""
    folder = tmp_path_factory.mktemp("bundle")
    checkpoint = save_squeezebert(folder / "checkpoint", "token-classification")
    edge.build(checkpoint, folder / "tagger", formats=["onnx"], recipes=["fp32"], sequence_lengths=[LENGTH])
    return folder / "tagger"


@pytest.fixture(scope="module")
def artifact(bundle):
    """Return its one artifact, an .onnx."""
    return open_bundle(bundle).artifact("onnx-fp32-16")


def run(bundle, artifact, **choices):
    """Run one artifact on this host."""
    (done,) = HostDevice().run(bundle, [artifact], Work(threads=1, **choices), nullcontext)
    return done


def test_outputs_are_at_the_positions_of_each_example(bundle, artifact):
    done = run(bundle, artifact)

    examples = load_golden(bundle / "golden", LENGTH).examples
    assert [values["logits"].shape for values in done.outputs] == [(len(each.positions), 3) for each in examples]
    assert done.result.timing is None


def test_outputs_are_the_reference_s(bundle, artifact):
    references = load_golden(bundle / "golden", LENGTH).outputs

    for found, expected in zip(run(bundle, artifact).outputs, references, strict=True):
        np.testing.assert_allclose(found["logits"], expected["logits"], atol=1e-4)


def test_runtime_says_what_computed(bundle, artifact):
    assert run(bundle, artifact).result.runtime.startswith("onnxruntime 1.")


def test_measurement_follows_the_rule(bundle, artifact):
    done = run(bundle, artifact, rule=MeasurementRule(minimum_runs=7, minimum_seconds=0), with_outputs=False)

    assert done.outputs is None
    assert len(done.result.timing.latencies_ms) == 7
    assert min(done.result.timing.latencies_ms) > 0
    assert done.result.load_ms > 0
    assert 10 < done.result.timing.peak_rss_mb < 1000


def test_a_missing_artifact_is_refused(bundle, artifact):
    (bundle / artifact.file).rename(bundle / "elsewhere")
    try:
        with pytest.raises(InputError, match="no such artifact"):
            run(bundle, artifact)
    finally:
        (bundle / "elsewhere").rename(bundle / artifact.file)


def test_a_run_that_hangs_is_ended(bundle, artifact):
    endless = MeasurementRule(minimum_seconds=1e6)

    with pytest.raises(DeviceError, match=r"run onnx-fp32-16 was ended after 8 s; it hangs, or needs --time-limit"):
        run(bundle, artifact, rule=endless, time_limit=8)


def test_host_takes_no_address_runner_or_files():
    for address, runner, keep_files in (("somewhere", None, False), ("", "native", False), ("", None, True)):
        name = "host" + (f":{address}" if address else "")
        with pytest.raises(InputError), open_device(name, runner, nullcontext, keep_files):
            pass


@pytest.mark.parametrize("name", ["", "hosts", "usb:1", "Host"])
def test_unknown_device_is_refused_with_the_known_ones(name):
    with pytest.raises(InputError, match="name host, ssh:USER@HOST, adb"), open_device(name, None, nullcontext):
        pass


def test_information_is_of_this_machine():
    information = HostDevice().information

    assert (information.kind, information.name) == ("host", "host")
    assert sum(group.count for group in information.cores) == os.cpu_count()
    assert "ai-edge-litert" in information.runtimes


def test_threads_are_those_of_the_target_as_far_as_there_are_cores():
    assert default_threads() == min(host_target().threads, usable_cores())


def test_description_is_one_line():
    assert "\n" not in describe()
