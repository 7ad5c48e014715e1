"""Tests of squeezebert-edge-runner; those that compile it are marked `device`."""
