"""The laboratory pins what the project pins, and shows the guest one machine wherever it stands."""

import tomllib
from pathlib import Path

from benchmarks.aarch64.laboratory import EXECUTORCH_WHEEL, SITE_WHEELS
from benchmarks.aarch64.processor_files import write_processor_files
from benchmarks.aarch64.tflite_program import MARKER_CALL

REPOSITORY = Path(__file__).parents[3]
SOURCES = REPOSITORY / "benchmarks" / "aarch64"


def test_runtimes_are_those_of_the_build_extra() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {SITE_WHEELS[0], EXECUTORCH_WHEEL} <= set(project["optional-dependencies"]["build"])


def test_plugin_and_programs_agree_on_the_marker() -> None:
    assert f"#define MARKER_CALL {MARKER_CALL}\n" in (SOURCES / "instruction_count.c").read_text(encoding="utf-8")
    assert f"kMarkerCall = {MARKER_CALL};" in (SOURCES / "pte_program.cpp").read_text(encoding="utf-8")


def test_processor_is_four_cortex_a76(tmp_path: Path) -> None:
    write_processor_files(tmp_path)
    text = (tmp_path / "proc/cpuinfo").read_text()
    assert text.count("CPU part\t: 0xd0b\n") == 4
    assert "asimddp" in text
    assert (tmp_path / "sys/devices/system/cpu/cpu3/cache/index2/size").read_text() == "512K\n"
