"""One length and number of threads: start every contestant, compare outputs once, then take turns."""

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.building import BuildResult, save_parity
from benchmarks.contestant_process import ContestantProcess
from benchmarks.document import LoadRecord, SettingRecord
from benchmarks.rounds import RoundsRule, take_turns
from benchmarks.worker import Task
from edge.child_process import Stage
from edge.errors import EdgeError
from edge.golden import Outputs, load_golden, select_positions
from edge.parity import measure_parity
from edge.tasks import find_task

CONTROL = "control"


def time_setting(
    results: Sequence[BuildResult],
    sequence_length: int,
    threads: int,
    golden: Path,
    rule: RoundsRule,
    stage: Stage,
    compare: Callable[[BuildResult, ContestantProcess], None] = lambda result, process: None,
) -> SettingRecord:
    """Time what was built.

    Every contestant is a process that was started for this setting, one after the other, so that each loads on an
    otherwise quiet machine. The first is started a second time as `CONTROL`.

    Parameters
    ----------
    golden
        Folder with the golden vectors of this length.
    compare
        Called with each contestant once it is loaded.
    """
    label = f"at {sequence_length} tokens, {threads} thread{'s' if threads > 1 else ''}"
    load_average = os.getloadavg()[0]
    loads: dict[str, LoadRecord] = {}
    failures: dict[str, str] = {}
    processes: dict[str, ContestantProcess] = {}
    control_of = None
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="squeezebert-edge-")))
        with stage(f"load {len(results)} contestants {label}"):
            for result in results:
                if result.built is None:
                    continue
                name = result.contestant.name
                task = Task(result.built, golden, sequence_length, threads)
                try:
                    process = stack.enter_context(ContestantProcess(name, task, folder))
                    compare(result, process)
                    if control_of is None:
                        processes[CONTROL] = stack.enter_context(ContestantProcess(CONTROL, task, folder))
                        control_of = name
                except EdgeError as error:
                    failures[name] = str(error).splitlines()[0]
                    continue
                processes[name] = process
                loads[name] = LoadRecord(**asdict(process.cost))
        bursts = {
            name: partial(process.burst, rule.burst_seconds, rule.burst_inferences)
            for name, process in processes.items()
        }
        with stage(f"time {len(bursts)} processes {label}, {rule.rounds} rounds"):
            found = take_turns(bursts, rule)
    return SettingRecord(
        sequence_length=sequence_length,
        threads=threads,
        control_of=control_of,
        load_average=load_average,
        bursts=found,
        loads=loads,
        failures=failures,
    )


class Comparison:
    """Measures the parity of what the product did not verify itself: each baseline, once.

    Parameters
    ----------
    golden
        Folder with the golden vectors of this length.
    task
        The checkpoint's.
    work
        Where records of what was built lie.

    Attributes
    ----------
    parity
        By the contestant's name.
    """

    def __init__(self, golden: Path, sequence_length: int, task: str, work: Path) -> None:
        self.parity: dict[str, dict[str, float]] = {}
        self._golden = load_golden(golden, sequence_length)
        self._task = find_task(task)
        self._work = work

    def __call__(self, result: BuildResult, process: ContestantProcess) -> None:
        """Compare the process's outputs with the reference, if nobody did."""
        assert result.built is not None
        name = result.contestant.name
        if result.built.parity is not None:
            self.parity[name] = result.built.parity
        elif result.contestant.role == "baseline" and name not in self.parity:
            with tempfile.TemporaryDirectory(prefix="squeezebert-edge-") as folder:
                path = Path(folder) / "outputs.npz"
                process.save_outputs(path)
                with np.load(path) as archive:
                    found = self._outputs(archive)
            self.parity[name] = measure_parity(self._golden.outputs, found, self._task)
            save_parity(result, self.parity[name], self._work)

    def _outputs(self, archive: Mapping[str, np.ndarray]) -> list[Outputs]:
        rows: list[Outputs] = [{} for _ in self._golden.examples]
        for key in archive:
            index, name = key.split("/", 1)
            # A file may give more than the task's outputs.
            if name in self._golden.outputs[0]:
                rows[int(index)][name] = archive[key]
        return [
            select_positions(row, example.positions) for row, example in zip(rows, self._golden.examples, strict=True)
        ]
