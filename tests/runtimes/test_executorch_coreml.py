"""A .pte for ExecuTorch's Core ML backend, evaluated off macOS."""

import filecmp
import random
from contextlib import suppress

import numpy as np
import pytest
import torch

from converters.executorch import write_lowered
from converters.executorch_coreml import delegated_module
from edge.errors import InputError
from edge.runtimes import coreml, executorch, executorch_coreml
from edge.runtimes.executorch_program import Call, read_method
from tests.delegated_core_ml import make_delegated

pytestmark = [
    pytest.mark.skipif(coreml.why_unavailable() is not None, reason=str(coreml.why_unavailable())),
    pytest.mark.skipif(coreml.on_macos(), reason="ExecuTorch itself runs these files"),
]


@pytest.fixture(scope="module")
def delegated(tmp_path_factory):
    return make_delegated(tmp_path_factory.mktemp("delegated"))


@pytest.fixture(scope="module")
def runtime(delegated):
    return executorch.load(delegated.pte, delegated.inputs, delegated.outputs, threads=1)


@pytest.fixture(scope="module")
def xnnpack_pte(tmp_path_factory):
    path = tmp_path_factory.mktemp("xnnpack") / "linear.pte"
    write_lowered(torch.export.export(torch.nn.Linear(4, 4).eval(), (torch.ones(1, 4),)), path)
    return path


@pytest.fixture(scope="module")
def doubled_pte(delegated, tmp_path_factory):
    """Return a file whose method doubles the delegate's first output with a portable kernel."""
    from executorch.exir import to_edge

    class Doubled(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.delegate = delegated_module(delegated.package, delegated.encoder)

        def forward(self, *inputs):
            return self.delegate(*inputs)[0] * 2.0

    path = tmp_path_factory.mktemp("doubled") / "doubled.pte"
    program = torch.export.export(Doubled(), delegated.encoder.example_inputs(), strict=False)
    with path.open("wb") as file:
        to_edge(program).to_executorch().write_to_file(file)
    return path


def refusal(path, delegated, inputs=None, outputs=None):
    with pytest.raises(InputError) as error:
        executorch_coreml.load(path, inputs or delegated.inputs, outputs or delegated.outputs, threads=1)
    assert "\n" not in str(error.value)
    assert str(error.value).startswith(str(path))
    return str(error.value)


def cut(path, folder, share):
    short = folder / path.name
    short.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    return short


def test_outputs_are_those_of_the_package_bit_for_bit(delegated, runtime):
    found, expected = runtime.run(delegated.feed()), coreml.load(delegated.package).run(delegated.feed())
    assert list(found) == ["start_logits", "end_logits"]
    for name, values in found.items():
        np.testing.assert_array_equal(values, expected[name])


def test_outputs_are_those_of_the_encoder_but_for_int8(delegated, runtime):
    feed = delegated.feed()
    with torch.no_grad():
        expected = delegated.encoder(*(torch.from_numpy(feed[name]) for name in delegated.encoder.input_names))
    for name, tensor in zip(delegated.encoder.output_names, expected, strict=True):
        np.testing.assert_allclose(runtime.run(feed)[name][0, :11], tensor[0, :11], atol=0.1)


def test_the_runtime_says_that_it_evaluates(runtime):
    assert runtime.name.startswith("numpy evaluation of the Core ML package in the .pte")
    assert not runtime.measures_latency


def test_another_name_in_the_manifest_keeps_its_place(delegated):
    outputs = [spec.model_copy(update={"name": name}) for spec, name in zip(delegated.outputs, "ab", strict=True)]
    found = executorch_coreml.load(delegated.pte, delegated.inputs, outputs, threads=1).run(delegated.feed())
    expected = coreml.load(delegated.package).run(delegated.feed())
    np.testing.assert_array_equal(found["a"], expected["start_logits"])
    np.testing.assert_array_equal(found["b"], expected["end_logits"])


def test_the_embedded_package_is_the_package(delegated, tmp_path):
    package = executorch_coreml.embedded_package(delegated.pte, tmp_path)
    compared = filecmp.dircmp(package.path, delegated.package)
    assert compared.left_list == compared.right_list
    assert not compared.diff_files
    for name in ("model.mlmodel", "weights/weight.bin"):
        inside = f"Data/com.apple.CoreML/{name}"
        assert (package.path / inside).read_bytes() == (delegated.package / inside).read_bytes()


def test_on_macos_executorch_itself_loads_the_file(delegated, monkeypatch):
    monkeypatch.setattr(executorch, "on_macos", lambda: True)
    with pytest.raises(InputError, match="ExecuTorch cannot load it"):
        executorch.load(delegated.pte, delegated.inputs, delegated.outputs, threads=1)


def test_the_method_is_read_as_executorch_reads_it(doubled_pte):
    from executorch.exir._serialize._program import deserialize_pte_binary

    program = deserialize_pte_binary(doubled_pte.read_bytes()).program
    plan, method = program.execution_plan[0], read_method(doubled_pte)
    arguments = [tuple(each.instr_args.args) for each in plan.chains[0].instructions]
    assert (method.inputs, method.outputs) == (tuple(plan.inputs), tuple(plan.outputs))
    assert method.calls == (
        Call("CoreMLBackend", 0, arguments[0]),
        Call("aten::mul.out", None, arguments[1]),
    )
    assert executorch_coreml.read_payload(doubled_pte, method.delegates[0]) == program.backend_delegate_data[0].data


def test_a_portable_kernel_beside_the_delegate_is_named(delegated, doubled_pte):
    assert "aten::mul.out stands outside of the Core ML delegate" in refusal(doubled_pte, delegated)


def test_a_file_of_another_backend_is_refused(delegated, xnnpack_pte):
    assert "not made for ExecuTorch's Core ML backend, it calls XnnpackBackend" in refusal(xnnpack_pte, delegated)


def test_a_file_of_another_backend_runs_in_executorch(xnnpack_pte):
    assert not executorch_coreml.is_delegated(xnnpack_pte)


@pytest.mark.parametrize("share", [0.01, 0.015, 0.1, 0.5, 0.999])
def test_a_file_that_is_cut_short_is_refused(delegated, tmp_path, share):
    assert "cut short" in refusal(cut(delegated.pte, tmp_path, share), delegated)


@pytest.mark.parametrize("content", [b"", b"not a program at all, whatever its name says"])
def test_another_file_is_refused(delegated, tmp_path, content):
    path = tmp_path / "model.pte"
    path.write_bytes(content)
    assert "not a .pte file" in refusal(path, delegated)


def test_a_missing_file_and_a_folder_are_refused(delegated, tmp_path):
    assert "cannot be read (No such file or directory)" in refusal(tmp_path / "absent.pte", delegated)
    assert "cannot be read (Is a directory)" in refusal(tmp_path, delegated)


def test_damage_in_the_program_shows_as_an_input_error_or_not_at_all(delegated, tmp_path):
    content, path, chance = delegated.pte.read_bytes(), tmp_path / "damaged.pte", random.Random(0)
    for _ in range(300):
        damaged = bytearray(content)
        damaged[chance.randrange(8, read_method(delegated.pte).delegates[0].offset)] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        with suppress(InputError):
            read_method(path)


def test_a_damaged_list_of_files_is_refused(delegated, tmp_path):
    path = tmp_path / "damaged.pte"
    path.write_bytes(delegated.pte.read_bytes()[:-40] + bytes(40))
    assert "its Core ML package is damaged" in refusal(path, delegated)


def test_damage_in_the_package_names_the_pte(delegated, tmp_path):
    offset = read_method(delegated.pte).delegates[0].offset
    content = bytearray(delegated.pte.read_bytes())
    start = content.index(b"{", content.index(b"itemInfoEntries", offset) - 100)
    content[start] = ord("[")
    path = tmp_path / "damaged.pte"
    path.write_bytes(content)
    assert "model.mlpackage/Manifest.json: not the manifest" in refusal(path, delegated)


def test_another_number_of_inputs_is_refused(delegated):
    assert "takes 3 inputs and returns 2 outputs, but 2 and 2 are named" in refusal(
        delegated.pte, delegated, inputs=delegated.inputs[:2]
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"input_ids": np.ones((1, 16), np.int64)}, "input 'input_ids' is int64"),
        ({"input_ids": np.ones((1, 8), np.int32)}, r"input 'input_ids' is int32 \[1, 8\]"),
        ({"pixels": np.ones((1, 16), np.int32)}, "inputs are .*'pixels'"),
    ],
)
def test_a_wrong_input_is_refused(delegated, runtime, change, message):
    with pytest.raises(InputError, match=message):
        runtime.run({**delegated.feed(), **change})


def test_a_missing_input_is_refused(delegated, runtime):
    with pytest.raises(InputError, match=r"inputs are \['input_ids'\], the \.pte takes"):
        runtime.run({"input_ids": delegated.feed()["input_ids"]})
