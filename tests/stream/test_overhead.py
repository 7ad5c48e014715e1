"""What a stream costs beside the model; `pytest -s -m slow tests/stream/test_overhead.py` prints it."""

import json
import resource
import time

import pytest

import edge
from edge.samples import bundled_samples
from tests.stream.stream_process import StreamProcess

# Texts that are timed, and texts before them, in which everything is loaded that will be.
TEXTS = 4000
WARM_UP = 200


def texts(count):
    samples = bundled_samples()
    return [samples[index % len(samples)].text for index in range(count)]


def own_seconds():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


@pytest.mark.slow
def test_overhead_is_printed(small_bundle):
    """Processor time, which other load does not change: a plain loop, and the process of the stream."""
    model = edge.load(small_bundle, threads=1)
    for text in texts(WARM_UP):
        model(text)
    begin = own_seconds()
    for text in texts(TEXTS):
        model(text)
    loop = own_seconds() - begin
    found = {}
    for name, together in (("one at a time", False), ("all at once", True)):
        with StreamProcess(small_bundle, "--json", "--threads", 1) as stream:
            for text in texts(WARM_UP):
                stream.send(text)
                stream.receive()
            begin = stream.processor_seconds()
            if together:
                sending = stream.send_beside(b"".join(json.dumps(text).encode() + b"\n" for text in texts(TEXTS)))
                for _ in range(TEXTS):
                    stream.receive()
                sending.join()
            else:
                for text in texts(TEXTS):
                    stream.send(text)
                    stream.receive()
            found[name] = stream.processor_seconds() - begin
    print(f"plain loop {1e6 * loop / TEXTS:.0f} us of processor time a text")
    for name, taken in found.items():
        print(f"stream, {name}: {1e6 * taken / TEXTS:.0f} us, {taken / loop:.2f} times the loop")
        assert taken > 0


@pytest.mark.slow
def test_time_to_the_first_answer_is_printed(small_bundle):
    """What each connection to the systemd socket pays once: the interpreter, the imports and the model."""
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        with StreamProcess(small_bundle, "--json") as stream:
            stream.send("pay")
            stream.receive()
            times.append(time.perf_counter() - begin)
    print(f"from start to the first answer: {min(times):.2f} s")
    assert min(times) > 0
