"""`squeezebert-edge run BUNDLE --stdin` as a process, spoken to line by line."""

import contextlib
import fcntl
import json
import os
import select
import struct
import subprocess
import sys
import termios
import threading
import time
from pathlib import Path

COMMAND = str(Path(sys.executable).with_name("squeezebert-edge"))

# Seconds in which a process starts and answers a line on any machine; a test that waits longer has failed.
PATIENCE = 300

# Seconds of processor time in which a line has been taken and the work on it begun.
WORK = 0.03


class StreamProcess:
    """A context manager around the process; at its end the process must have ended.

    Parameters
    ----------
    bundle
        Bundle folder.
    words
        More options, for example ``--json``.
    """

    def __init__(self, bundle, *words):
        self._command = [COMMAND, "run", str(bundle), "--stdin", *map(str, words)]
        self._received = b""

    def __enter__(self):
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(self._command, stdin=pipe, stdout=pipe, stderr=pipe, bufsize=0)
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        for file in (self.process.stdin, self.process.stdout, self.process.stderr):
            with contextlib.suppress(BrokenPipeError):
                file.close()

    def send(self, *lines):
        """Write each value as a line of JSON."""
        self.send_bytes(b"".join(json.dumps(line).encode() + b"\n" for line in lines))

    def send_bytes(self, content):
        rest = memoryview(content)
        while rest:
            rest = rest[self.process.stdin.write(rest) :]

    def send_beside(self, content):
        """Write in a thread, since the process reads no more while nobody reads its answers."""
        thread = threading.Thread(target=self.send_bytes, args=(content,), daemon=True)
        thread.start()
        return thread

    def receive(self):
        """Return the next answer as text; what was sent stays open."""
        while b"\n" not in self._received:
            ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
            assert ready, "no answer"
            read = os.read(self.process.stdout.fileno(), 1 << 16)
            assert read, f"no answer, but the end: {self.process.stderr.read().decode()}"
            self._received += read
        line, _, self._received = self._received.partition(b"\n")
        return line.decode()

    def answer(self):
        """Return the next answer as a JSON document."""
        return json.loads(self.receive())

    def processor_seconds(self):
        """Return the processor time that the process has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def wait_until_at_work(self, seconds=WORK):
        """Wait until the process has taken all that was sent, and has worked for so many seconds of processor time."""
        deadline = time.monotonic() + PATIENCE
        while struct.unpack("i", fcntl.ioctl(self.process.stdin, termios.FIONREAD, b"0000"))[0]:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        begin = self.processor_seconds()
        while self.processor_seconds() < begin + seconds:
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def end(self):
        """Return what else is written, the exit status and stderr."""
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        rest = self._received + self.process.stdout.read()
        status = self.process.wait(PATIENCE)
        return rest.decode(), status, self.process.stderr.read().decode()
