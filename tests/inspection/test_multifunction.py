"""A Core ML package of several functions: operators of the default one, each constant once."""

import pytest

from edge.inspection import inspect_artifact


@pytest.fixture
def inspection(multifunction_package):
    return inspect_artifact(multifunction_package.path)


def test_operators_are_those_of_the_default_function(inspection):
    assert [(operator.name, operator.count) for operator in inspection.operators] == [("linear", 1)]


def test_shared_weight_is_counted_once(inspection):
    assert inspection.constant_bytes == 4 * 16 * 2
