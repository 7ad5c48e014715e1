"""100,000 lines take no more memory than the first of them."""

import json
import re
from pathlib import Path

import pytest

from edge.samples import bundled_samples
from tests.stream.stream_process import StreamProcess

LINES = 100_000
FIRST = 10_000

# The memory that tokenizing takes and returns spreads by 4 to 5 MB in the first 200,000 texts, and no more after them.
# 90,000 answers kept would be 10 MB and more.
MOST_GROWTH_KB = 8192


def memory_kb(process, name):
    """Return a field of /proc/PID/status in kB."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(rf"^{name}:\s+(\d+) kB", status, re.MULTILINE)[1])


def many_lines():
    """Return lines of both lengths, of every script, and one in ten that is refused."""
    texts = [sample.text for sample in bundled_samples()]
    good = [json.dumps({"id": index, "text": texts[index % len(texts)]}) for index in range(LINES)]
    return "".join(("{" if index % 10 == 9 else line) + "\n" for index, line in enumerate(good)).encode()


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads memory from Linux's /proc")
@pytest.mark.parametrize("threads", [1, 2])
def test_memory_is_flat(small_bundle, threads):
    with StreamProcess(small_bundle, "--json", "--threads", threads) as stream:
        sending = stream.send_beside(many_lines())
        for number in range(1, FIRST + 1):
            assert json.loads(stream.receive())["line"] == number
        early = {name: memory_kb(stream.process, name) for name in ("VmRSS", "VmHWM")}
        for number in range(FIRST + 1, LINES + 1):
            assert json.loads(stream.receive())["line"] == number
        late = {name: memory_kb(stream.process, name) for name in ("VmRSS", "VmHWM")}
        sending.join()
        _, status, stderr = stream.end()

    print(f"{threads} threads: {early} after {FIRST} lines, {late} after {LINES}")
    assert status == 0, stderr
    assert late["VmRSS"] - early["VmRSS"] < MOST_GROWTH_KB
    assert late["VmHWM"] - early["VmHWM"] < MOST_GROWTH_KB
