"""A .pte for ExecuTorch's Core ML backend is inspected like the package in it."""

import pytest

from edge.errors import InputError
from edge.inspection import inspect_artifact
from edge.profile import profile_artifact
from edge.runtimes import coreml
from tests.delegated_core_ml import make_delegated

pytestmark = pytest.mark.skipif(coreml.why_unavailable() is not None, reason=str(coreml.why_unavailable()))


@pytest.fixture(scope="module")
def delegated(tmp_path_factory):
    return make_delegated(tmp_path_factory.mktemp("delegated"))


@pytest.fixture(scope="module")
def inspections(delegated):
    return inspect_artifact(delegated.pte), inspect_artifact(delegated.package)


def test_operators_are_those_of_the_package_and_delegated(inspections):
    pte, package = inspections
    assert pte.operators == package.operators
    assert pte.delegation == package.delegation
    assert pte.delegation.other_ops == 0


def test_constants_are_counted_by_layer(inspections):
    pte, package = inspections
    assert pte.layers == package.layers
    assert {"word embeddings", "layer 0", "layer 1"} <= {layer.layer for layer in pte.layers}


def test_the_neural_engines_rules_are_those_of_the_package(inspections):
    pte, package = inspections
    assert pte.neural_engine == package.neural_engine is not None


def test_a_damaged_package_is_refused_in_one_line(delegated, tmp_path):
    path = tmp_path / "damaged.pte"
    path.write_bytes(delegated.pte.read_bytes()[:-40] + bytes(40))
    with pytest.raises(InputError, match=r"damaged\.pte: its Core ML package is damaged"):
        inspect_artifact(path)


@pytest.mark.skipif(coreml.on_macos(), reason="ExecuTorch runs it on macOS")
def test_its_times_are_to_be_had_where_its_backend_is(delegated):
    with pytest.raises(InputError, match="written for the Core ML delegate, which only macOS and iOS have"):
        profile_artifact(delegated.pte, threads=1)
