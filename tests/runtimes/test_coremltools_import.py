"""Importing coremltools for evaluation alone: without the frameworks that it converts from, most of the time."""

import subprocess
import sys

import pytest

BEGINNING = (
    "import sys; from edge.runtimes.mil.coremltools_import import import_for_evaluation; import_for_evaluation(); "
)


def run(code):
    """Run Python code in a process of its own after the import; return what it prints."""
    finished = subprocess.run([sys.executable, "-c", BEGINNING + code], capture_output=True, text=True, check=True)
    return finished.stdout.strip()


def test_no_framework_is_imported():
    assert run("print([name for name in ('torch', 'sklearn', 'executorch') if name in sys.modules])") == "[]"


def test_frameworks_can_be_imported_afterwards():
    assert run("import torch; print(torch.ones(2).sum().item())") == "2.0"


@pytest.mark.parametrize("code", ["import torch; import_for_evaluation(); print(sys.modules['torch'] is torch)"])
def test_a_framework_that_is_there_stays(code):
    assert run(code) == "True"
