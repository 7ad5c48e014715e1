"""From the operators of some inferences to the times of their types."""

import pytest
from executorch.devtools.etdump.schema_flatcc import Event, ProfileEvent

from edge.profile.executorch import read_operators
from edge.profile.profile import operator_times
from edge.profile.recording import OperatorRun, Recording


def times(*inferences):
    return operator_times(Recording("runtime 1.0", 10.0, 12.0, inferences))


def event(name, microseconds, inside=None):
    """Return an event of an ETDump; its clock counts nanoseconds."""
    return Event(ProfileEvent(name, 0, 0, -1, inside, None, 5_000, 5_000 + round(1000 * microseconds)), None, None)


def test_operators_of_one_type_are_summed():
    (softmax,) = times([OperatorRun("Softmax", 1.0, True), OperatorRun("Softmax", 2.0, True)])
    assert (softmax.calls, softmax.microseconds, softmax.share) == (2, 3.0, 1.0)


def test_time_is_the_median_of_the_inferences():
    (add,) = times(*[[OperatorRun("Add", microseconds, True)] for microseconds in (1.0, 100.0, 2.0)])
    assert add.microseconds == 2.0


def test_type_that_runs_inside_and_outside_has_two_entries():
    found = times([OperatorRun("Cast", 1.0, True), OperatorRun("Cast", 3.0, False)])
    assert [(each.delegated, each.share) for each in found] == [(False, 0.75), (True, 0.25)]


def test_without_any_measurable_time_there_are_no_shares():
    (add,) = times([OperatorRun("Add", 0.0, True)])
    assert add.share == 0.0


def test_operators_of_a_delegate_stand_for_its_call():
    events = [event(None, 2, "Softmax (NC, F32) #1"), event(None, 3, "Softmax (NC, F32) #2"), event("DELEGATE_CALL", 9)]
    assert read_operators(events) == [
        OperatorRun("Softmax (NC, F32)", 2.0, True),
        OperatorRun("Softmax (NC, F32)", 3.0, True),
    ]


def test_delegate_that_says_nothing_of_its_operators_is_one():
    assert read_operators([event("DELEGATE_CALL", 9)]) == [OperatorRun("DELEGATE_CALL", 9.0, True)]


def test_kernel_has_its_name_and_the_time_of_its_instruction():
    events = [event("native_call_embedding.out", 4), event("OPERATOR_CALL", 5), event("Method::execute", 20)]
    assert read_operators(events) == [OperatorRun("embedding.out", 5.0, False)]


@pytest.mark.parametrize("name", ["Method::execute", "Program::load_method"])
def test_whole_methods_are_no_operators(name):
    assert read_operators([event(name, 20)]) == []
