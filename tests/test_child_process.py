"""Jobs in processes of their own: results, errors, crashes, and nobody left behind."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest

from edge.child_process import Job, run_jobs
from edge.errors import ConversionError, GateError, InputError

# Each job is a module: `run_job` calls its function with the job's arguments.
MODULES = {
    "adding_job": """
        def work(a, b):
            print("what a library prints")
            return {"sum": a + b}
    """,
    "failing_job": """
        import edge.errors
        def work(error, message):
            raise getattr(edge.errors, error)(message)
    """,
    "crashing_job": """
        def work():
            print("loading", flush=True)
            raise RuntimeError("no kernel for this operator")
    """,
    "exiting_job": """
        import os
        def work(status):
            os._exit(status)
    """,
    "killed_job": """
        import os, signal
        def work():
            print("converting", flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
    """,
    "littering_job": """
        import os, signal, tempfile
        def work():
            tempfile.mkdtemp()
            os.kill(os.getpid(), signal.SIGKILL)
    """,
    "sleeping_job": """
        import os, pathlib, time
        def work(pid_file):
            pathlib.Path(pid_file).write_text(str(os.getpid()))
            time.sleep(600)
    """,
    "waiting_job": """
        import pathlib, time
        def work(pid_file):
            # The file is there a moment before its content.
            while not pathlib.Path(pid_file).is_file() or not pathlib.Path(pid_file).read_text():
                time.sleep(0.05)
            raise RuntimeError("the other job sleeps")
    """,
    "overlapping_job": """
        import pathlib, time
        def work(folder, name):
            here = pathlib.Path(folder, name)
            here.touch()
            found = len(list(here.parent.iterdir()))
            time.sleep(0.3)
            here.unlink()
            return {"running": found}
    """,
}
# Seconds.
PATIENCE = 120
CALL = "\nif __name__ == '__main__':\n    from edge.child_process import run_job\n    run_job(work)\n"


@pytest.fixture(autouse=True)
def jobs_folder(tmp_path, monkeypatch):
    """Make the modules importable, here and in the children."""
    folder = tmp_path / "modules"
    folder.mkdir()
    for name, source in MODULES.items():
        lines = [line.removeprefix(" " * 8) for line in source.splitlines()]
        (folder / f"{name}.py").write_text("\n".join(lines) + CALL)
    monkeypatch.syspath_prepend(folder)
    return folder


def job(module, **arguments):
    return Job(title=f"run {module}", module=module, arguments=arguments)


def run(*jobs, workers=2):
    return run_jobs(jobs, nullcontext, workers)


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # One that has ended and that nobody has asked for its status yet.
    status = Path(f"/proc/{pid}/status")
    return not (status.is_file() and "State:\tZ" in status.read_text())


def wait_for(condition):
    """Return whether `condition` came true in a time that no machine takes."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def test_results_are_in_the_order_of_the_jobs():
    answers = run(*(job("adding_job", a=number, b=1) for number in range(4)))

    assert answers == [{"sum": 1}, {"sum": 2}, {"sum": 3}, {"sum": 4}]


def test_no_jobs():
    assert run() == []


def test_what_a_job_prints_stays_out(capfd):
    run(job("adding_job", a=1, b=1))

    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("error", [InputError, GateError, ConversionError])
def test_error_crosses_the_process(error):
    with pytest.raises(error, match=r"^layer 3: damaged$") as caught:
        run(job("failing_job", error=error.__name__, message="layer 3: damaged"))

    assert type(caught.value) is error


def test_crash_gives_the_last_line_of_the_log():
    with pytest.raises(ConversionError) as caught:
        run(job("crashing_job"))

    assert str(caught.value) == "run crashing_job failed: RuntimeError: no kernel for this operator"
    assert "loading" in str(caught.value.__cause__)


def test_silent_end_gives_the_status():
    with pytest.raises(ConversionError, match=r"^run exiting_job failed: the process ended with status 7$"):
        run(job("exiting_job", status=7))


def test_killed_process_names_the_signal():
    with pytest.raises(ConversionError, match=r"^run killed_job failed: .*SIGKILL \(converting\)$"):
        run(job("killed_job"))


def test_killed_process_leaves_no_temporary_files(tmp_path, monkeypatch):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setattr("tempfile.tempdir", None)

    with pytest.raises(ConversionError, match="SIGKILL"):
        run(job("littering_job"))

    assert list((tmp_path / "temporary").iterdir()) == []


def test_module_that_cannot_be_imported():
    with pytest.raises(ConversionError, match="No module named missing_job"):
        run(job("missing_job"))


@pytest.mark.parametrize("workers", [1, 2])
def test_no_more_jobs_at_a_time_than_workers(tmp_path, workers):
    folder = tmp_path / "running"
    folder.mkdir()

    answers = run(*(job("overlapping_job", folder=str(folder), name=str(n)) for n in range(4)), workers=workers)

    assert max(answer["running"] for answer in answers) <= workers


def test_stages_open_and_close_around_their_jobs():
    events = []

    @contextmanager
    def stage(title):
        events.append(f"begin {title}")
        yield
        events.append(f"end {title}")

    run_jobs([job("adding_job", a=1, b=1)], stage, 1)

    assert events == ["begin run adding_job", "end run adding_job"]


def test_stage_of_a_failed_job_learns_of_the_failure():
    failed = []

    @contextmanager
    def stage(title):
        try:
            yield
        except ConversionError as error:
            failed.append((title, str(error)))
            raise

    with pytest.raises(ConversionError):
        run_jobs([job("exiting_job", status=1)], stage, 1)

    assert failed == [("run exiting_job", "run exiting_job failed: the process ended with status 1")]


def test_failure_of_one_job_ends_the_others(tmp_path):
    pid_file = tmp_path / "pid"

    with pytest.raises(ConversionError, match="RuntimeError: the other job sleeps"):
        run(job("sleeping_job", pid_file=str(pid_file)), job("waiting_job", pid_file=str(pid_file)))

    assert not is_running(int(pid_file.read_text()))


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_interrupt_leaves_no_process_behind(tmp_path, jobs_folder, stop):
    pid_file = tmp_path / "pid"
    program = (
        "from contextlib import nullcontext; from edge.child_process import Job, run_jobs\n"
        f"run_jobs([Job('sleep', 'sleeping_job', {{'pid_file': {str(pid_file)!r}}})], nullcontext, 1)"
    )
    path = os.pathsep.join([str(jobs_folder), os.getcwd()])
    parent = subprocess.Popen(
        [sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": path}, stderr=subprocess.DEVNULL
    )
    assert wait_for(lambda: pid_file.is_file() and pid_file.read_text())
    child = int(pid_file.read_text())

    parent.send_signal(stop)

    assert parent.wait(PATIENCE) != 0
    assert wait_for(lambda: not is_running(child))
