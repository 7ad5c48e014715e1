"""What the script says of this machine, and what is read from it of others."""

import contextlib
import os
import platform
import re
import shutil
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.devices.posix_probe import parse_probe, probe_command, probe_host, sections
from edge.errors import DeviceError

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="the script is for Linux")

# A 64-bit kernel under Raspberry Pi OS of 32 bits: the programs' header has class 1 and machine 40 (ARM).
THIRTY_TWO_BITS = """\
[machine]
 aarch64

[program]
 127  69  76  70   1   1   1   0   0   0   0   0   0   0   0   0
   2   0  40   0
"""


def probed(text: str):
    return parse_probe(f"[machine]\n aarch64\n\n{text}", "ssh", "ssh:pi").information


@on_linux
def test_this_machine_is_described():
    found = probe_host()

    assert (found.kind, found.name) == ("host", "host")
    assert found.architecture == platform.machine()
    assert found.kernel == platform.release()
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert found.memory_mb == pytest.approx(pages / 1e6, rel=0.01)
    assert 1 <= sum(group.count for group in found.cores) <= os.cpu_count()
    assert found.runtimes["Python"] == platform.python_version()
    assert {"squeezebert-edge", "onnxruntime", "ai-edge-litert"} <= found.runtimes.keys()


@on_linux
def test_the_identity_stays_and_tells_nothing():
    first, second = probe_host(), probe_host()

    assert first.identity == second.identity
    assert re.fullmatch("[0-9a-f]{16}", first.identity)


@on_linux
@pytest.mark.parametrize("shell", ["dash", "bash", "busybox", "mksh"])
def test_every_shell_says_the_same(shell):
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} here")
    words = [shell, "sh"] if shell == "busybox" else [shell]

    finished = subprocess.run([*words, "-c", probe_command(sys.executable)], capture_output=True, text=True, check=True)

    assert finished.stderr == ""
    found = parse_probe(finished.stdout, "host", "host")
    assert found.information.model_dump(exclude={"temperature_c"}) == probe_host().model_dump(exclude={"temperature_c"})
    assert found.python == sys.executable


@on_linux
def test_the_interpreter_of_the_program_in_the_path_is_found(tmp_path, monkeypatch):
    program = tmp_path / "squeezebert-edge"
    program.write_text(f"#!{sys.executable}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.setenv("HOME", str(tmp_path))

    finished = subprocess.run(["sh", "-c", probe_command()], capture_output=True, text=True, check=True)

    assert parse_probe(finished.stdout, "ssh", "ssh:pi").python == sys.executable


def test_programs_decide_on_the_architecture_not_the_kernel():
    assert parse_probe(THIRTY_TWO_BITS, "ssh", "ssh:pi").information.architecture == "armv7l"


def test_a_kernel_of_32_bits_says_itself_which_it_is():
    text = THIRTY_TWO_BITS.replace("aarch64", "armv6l")

    assert parse_probe(text, "ssh", "ssh:pi").information.architecture == "armv6l"


@pytest.mark.parametrize(
    ("value", "throttled"), [("0", False), ("50005", True), ("0x50000", False), ("0x8", True), ("no", None)]
)
def test_throttling_is_what_holds_now_not_since_the_start(value, throttled):
    assert probed(f"[throttled]\n {value}\n").throttled is throttled


def test_the_hottest_sensor_that_can_be_right_counts():
    assert probed("[temperatures]\n 48550\n 51200\n -274000\n 32767000\n invalid\n\n").temperature_c == 51.2


def test_cores_of_one_clock_are_one_group():
    text = (
        "[processors]\n processor : 0\n CPU implementer : 0x41\n CPU part : 0xd05\n \n"
        " processor : 1\n CPU implementer : 0x41\n CPU part : 0xd05\n \n"
        " processor : 2\n CPU implementer : 0x41\n CPU part : 0xd0b\n\n"
        "[clocks]\n 0 1800000 schedutil\n 1 1800000 schedutil\n 2 2400000 performance\n\n"
    )

    found = probed(text)

    groups = [(group.count, group.part, group.maximum_mhz) for group in found.cores]
    assert groups == [(2, "Cortex-A55", 1800.0), (1, "Cortex-A76", 2400.0)]
    assert found.governor == "performance, schedutil"


def test_threads_of_one_core_count_once():
    processors = "".join(
        f" processor : {number}\n model name : A CPU\n physical id : 0\n core id : {number % 2}\n \n"
        for number in range(4)
    )

    assert [(group.count, group.part) for group in probed(f"[processors]\n{processors}").cores] == [(2, "A CPU")]


def test_an_instruction_set_counts_if_every_processor_has_it():
    text = "[processors]\n processor : 0\n Features : fp asimd asimddp\n \n processor : 1\n Features : fp asimd\n\n"

    assert probed(text).instruction_sets == ["asimd"]


def test_old_kernels_name_the_core_once_for_all():
    text = (
        "[processors]\n Processor : ARMv7 Processor rev 4 (v7l)\n processor : 0\n BogoMIPS : 38.40\n \n"
        " processor : 1\n BogoMIPS : 38.40\n \n CPU implementer : 0x41\n CPU part : 0xd03\n\n"
    )

    assert [(group.count, group.part) for group in probed(text).cores] == [(2, "Cortex-A53")]


def test_an_unknown_core_is_named_by_its_numbers():
    text = "[processors]\n processor : 0\n CPU implementer : 0x99\n CPU part : 0x123\n\n"

    assert probed(text).cores[0].part == "core 0x99:0x123"


@pytest.mark.parametrize(
    ("text", "model"),
    [
        ("[model]\n Raspberry Pi 4 Model B Rev 1.4\n\n[product]\n x\n", "Raspberry Pi 4 Model B Rev 1.4"),
        ("[vendor]\n ACME\n\n[product]\n Box 3\n", "ACME Box 3"),
        ("[product]\n To Be Filled By O.E.M.\n\n[processors]\n processor : 0\n model name : A CPU\n", "A CPU machine"),
        ("[system]\n Linux\n", "Linux machine"),
    ],
)
def test_the_model_is_what_the_firmware_says_or_the_processor(text, model):
    assert probed(text).model == model


def test_a_serial_number_of_zeros_is_none():
    without = probed("[serial]\n 0000000000000000\n\n[machine-id]\n 1\n")

    assert without.identity == probed("[machine-id]\n 1\n").identity
    assert without.identity != probed("[machine-id]\n 2\n").identity


def test_what_a_start_file_prints_is_left_out():
    assert sections("Welcome!\n[machine]\n aarch64\n\nnoise\n") == {"machine": ["aarch64"]}


@pytest.mark.parametrize("text", ["", "Microsoft Windows [Version 10]\n", "[machine]\n\n"])
def test_no_shell_is_said(text):
    with pytest.raises(DeviceError, match=r"^ssh:pi: no POSIX shell answers there"):
        parse_probe(text, "ssh", "ssh:pi")


NAMES = (
    *("kernel", "system", "release", "memory", "processors", "model", "vendor", "product", "serial", "machine-id"),
    *("throttled", "compatible", "addresses", "program", "clocks", "temperatures", "python"),
)
LINES = st.lists(st.tuples(st.sampled_from(NAMES), st.text(max_size=40)), max_size=30)


@given(LINES)
def test_whatever_a_device_prints_is_a_description(lines):
    text = "".join(f"[{name}]\n {content}\n" for name, content in lines)

    assert probed(text).architecture


@given(st.text())
def test_whatever_is_printed_instead_is_one_error(text):
    with contextlib.suppress(DeviceError):
        parse_probe(text, "ssh", "ssh:pi")
