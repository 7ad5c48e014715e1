"""What MediaPipe Tasks computes with a .tflite, in its own environment."""

import json
import subprocess
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).with_name("mediapipe_program.py")


def run_mediapipe(python: Path, kind: str, model: Path, texts: list[str]) -> list[Any]:
    """Return what `PROGRAM` answers for each text."""
    command = [python, PROGRAM, kind, model]
    done = subprocess.run(command, input=json.dumps(texts), capture_output=True, encoding="utf-8", timeout=300)
    assert done.returncode == 0, done.stderr
    answers: list[Any] = json.loads(done.stdout)
    return answers
