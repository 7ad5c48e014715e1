"""Artifacts beside what a user could pick instead, timed in one run: ``python -m benchmarks WORK PAGE``."""
