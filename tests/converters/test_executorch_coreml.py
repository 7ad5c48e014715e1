"""A .pte for ExecuTorch's Core ML backend: one delegate, which is handed the package as it is."""

import json
import logging

import pytest

from converters.executorch_coreml import write_delegated
from edge.errors import ConversionError, InputError
from edge.runtimes import coreml
from edge.runtimes.executorch_metadata import read_metadata
from edge.runtimes.executorch_program import read_method, read_payload
from edge.runtimes.inmemory_filesystem import unflatten
from tests.delegated_core_ml import LENGTH, make_delegated, save_package

pytestmark = pytest.mark.skipif(coreml.why_unavailable() is not None, reason=str(coreml.why_unavailable()))


@pytest.fixture(scope="module")
def delegated(tmp_path_factory):
    return make_delegated(tmp_path_factory.mktemp("delegated"))


@pytest.fixture(scope="module")
def plan(delegated):
    """Return the method as ExecuTorch reads it."""
    from executorch.exir._serialize._program import deserialize_pte_binary

    return deserialize_pte_binary(delegated.pte.read_bytes()).program.execution_plan[0]


def payload(path):
    (delegate,) = read_method(path).delegates
    return read_payload(path, delegate)


def metadata(path):
    return json.loads(unflatten(payload(path))["metadata.json"])


def test_the_method_is_one_call_of_core_ml(plan):
    (chain,) = plan.chains
    (instruction,) = chain.instructions
    assert plan.name == "forward"
    assert plan.delegates[instruction.instr_args.delegate_index].id == "CoreMLBackend"
    assert plan.operators == []


def test_the_delegate_takes_the_methods_inputs_and_then_its_outputs(plan):
    assert plan.chains[0].instructions[0].instr_args.args == [*plan.inputs, *plan.outputs]


def test_inputs_are_int32_and_outputs_float32_of_the_length(plan):
    tensors = [(plan.values[index].val.scalar_type.name, plan.values[index].val.sizes) for index in plan.inputs]
    assert tensors == [("INT", [1, LENGTH])] * 3
    tensors = [(plan.values[index].val.scalar_type.name, plan.values[index].val.sizes) for index in plan.outputs]
    assert tensors == [("FLOAT", [1, LENGTH])] * 2


def test_the_app_may_use_every_device(plan):
    assert {spec.key: spec.value for spec in plan.delegates[0].compile_specs}["compute_units"] == b"all"


def test_names_come_in_the_encoders_order(delegated):
    found = metadata(delegated.pte)
    assert found["inputNames"] == ["input_ids", "attention_mask", "token_type_ids"]
    assert found["outputNames"] == ["start_logits", "end_logits"]


def test_executorchs_own_reader_finds_the_same_package(delegated, tmp_path):
    reader = pytest.importorskip("executorch.backends.apple.coreml.executorchcoreml")
    assert reader.unflatten_directory_contents(payload(delegated.pte), str(tmp_path))
    (root,) = tmp_path.iterdir()
    found = root / "model.mlpackage"
    assert {name.relative_to(found): name.read_bytes() for name in found.rglob("*") if name.is_file()} == {
        name.relative_to(delegated.package): name.read_bytes()
        for name in delegated.package.rglob("*")
        if name.is_file()
    }


def test_the_same_package_gives_the_same_bytes(delegated, tmp_path):
    write_delegated(delegated.package, delegated.encoder, tmp_path / "second.pte")
    assert (tmp_path / "second.pte").read_bytes() == delegated.pte.read_bytes()


def test_another_model_has_another_identifier(delegated, tmp_path):
    assert metadata(make_delegated(tmp_path, seed=1).pte)["identifier"] != metadata(delegated.pte)["identifier"]


def test_the_weights_lie_behind_the_program(delegated):
    (delegate,) = read_method(delegated.pte).delegates
    assert delegate.offset % 128 == 0
    assert delegate.offset + delegate.size == delegated.pte.stat().st_size


def test_a_package_with_other_outputs_is_refused(delegated, tmp_path):
    package = save_package(delegated.encoder, tmp_path / "other.mlpackage", ("first", "second"))
    with pytest.raises(ConversionError, match=r"other\.mlpackage: its outputs are \['first', 'second'\]"):
        write_delegated(package, delegated.encoder, tmp_path / "other.pte")
    assert not (tmp_path / "other.pte").exists()


def test_a_missing_package_is_named(delegated, tmp_path):
    with pytest.raises(InputError, match=r"absent\.mlpackage: no Core ML package here"):
        write_delegated(tmp_path / "absent.mlpackage", delegated.encoder, tmp_path / "absent.pte")


def test_nothing_is_said_while_it_is_written(delegated, tmp_path, recwarn, caplog):
    write_delegated(delegated.package, delegated.encoder, tmp_path / "quiet.pte")
    assert not recwarn.list
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_constant_methods_are_those_that_executorch_runs(delegated, tmp_path):
    from executorch.runtime import Runtime

    said = {
        "get_task": "question-answering",
        "get_max_seq_len": 16,
        "enable_dynamic_shape": False,
        "get_labels": ["a", "b"],
    }
    write_delegated(delegated.package, delegated.encoder, tmp_path / "said.pte", said)

    program = Runtime.get().load_program(tmp_path / "said.pte")
    assert program.method_names == {"forward", *said}
    assert program.load_method("get_labels").execute([]) == ["a", "b"]
    assert program.load_method("get_max_seq_len").execute([]) == [16]
    assert read_metadata(tmp_path / "said.pte") == {
        "enable_dynamic_shape": [False],
        "get_labels": ["a", "b"],
        "get_max_seq_len": [16],
        "get_task": ["question-answering"],
    }


def test_executorch_accepts_the_program(delegated):
    from executorch.runtime import Runtime, Verification

    program = Runtime.get().load_program(delegated.pte, verification=Verification.InternalConsistency)
    assert program.method_names == {"forward"}
    assert (program.metadata("forward").num_inputs(), program.metadata("forward").num_outputs()) == (3, 2)
