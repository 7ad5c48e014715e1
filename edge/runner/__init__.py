"""squeezebert-edge-runner, the C++ program that runs .pte files on devices without Python, and where to get it."""

from edge.runner.finding import VARIABLE, find_runner
from edge.runner.folder import PROGRAM, RunnerFolder, check_architecture

__all__ = ["PROGRAM", "VARIABLE", "RunnerFolder", "check_architecture", "find_runner"]
