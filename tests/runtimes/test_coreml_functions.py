"""Packages with several functions: one is chosen by its name, and only that one is read."""

import numpy as np
import pytest

from edge.errors import ConversionError, InputError
from edge.runtimes import coreml
from tests.runtimes.mil_programs import save_program

pytestmark = pytest.mark.skipif(coreml.why_unavailable() is not None, reason=str(coreml.why_unavailable()))


def doubled(mb, x):
    return mb.mul(x=x, y=2.0, name="result")


def running_total(mb, x):
    return mb.cumsum(x=x, axis=1, name="result")


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """Return a package of the functions length_4 and length_8, the default, and one that cannot be evaluated."""
    import coremltools as ct

    from edge.runtimes.mil.package import read_package

    folder = tmp_path_factory.mktemp("functions")
    descriptor = ct.utils.MultiFunctionDescriptor()
    for name, length, body in (("length_4", 4, doubled), ("length_8", 8, doubled), ("unknown", 4, running_total)):
        source = save_program(folder, body, target="iOS18", length=length, name=name)
        descriptor.add_function(str(source), "main", name)
    descriptor.default_function_name = "length_8"
    ct.utils.save_multifunction(descriptor, str(folder / "several.mlpackage"))
    return read_package(folder / "several.mlpackage")


def run(package, function, length):
    from edge.runtimes.mil.evaluator import plan_package
    from edge.runtimes.mil.execution import execute
    from edge.runtimes.mil.signature import check_inputs, read_signature

    inputs = {"input_ids": np.arange(length, dtype=np.int32)[None]}
    check_inputs(read_signature(package, function), inputs)
    return execute(plan_package(package, function), inputs)["result"].tolist()


def test_a_function_is_chosen_by_name(package):
    assert run(package, "length_4", 4) == [[0, 2, 4, 6]]
    assert run(package, "length_8", 8) == [[0, 2, 4, 6, 8, 10, 12, 14]]


def test_without_a_name_the_default_function_runs(package):
    assert run(package, None, 8) == run(package, "length_8", 8)


def test_each_function_has_inputs_of_its_own(package):
    with pytest.raises(InputError, match=r"'input_ids' is int32 \[1, 8\], the package takes int32 \[1, 4\]"):
        run(package, "length_4", 8)


def test_a_package_of_one_function_knows_it_as_main(tmp_path):
    from edge.runtimes.mil.package import read_package

    single = read_package(save_program(tmp_path, doubled))
    assert run(single, "main", 4) == run(single, None, 4) == [[0, 2, 4, 6]]


def test_an_unknown_function_is_refused_with_those_that_exist(package):
    with pytest.raises(InputError, match="no function 'length_32', only length_4, length_8, unknown") as error:
        run(package, "length_32", 4)
    assert "\n" not in str(error.value)


def test_the_inputs_of_an_unknown_function_are_refused_too(package):
    from edge.runtimes.mil.signature import read_signature

    with pytest.raises(InputError, match="no function 'main'"):
        read_signature(package, "main")


def test_an_operation_that_only_another_function_uses_need_not_be_known(package):
    assert run(package, "length_4", 4) == [[0, 2, 4, 6]]
    with pytest.raises(ConversionError, match="does not know the operation cumsum 'result'"):
        run(package, "unknown", 4)


def test_the_operations_of_a_function_are_read_without_weights(package):
    from edge.runtimes.mil.package import function_operations

    kinds = [operation.type for operation in function_operations(package, "unknown") if operation.type != "const"]
    assert kinds == ["cast", "cumsum"]
