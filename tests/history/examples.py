"""Visits and measurements that tests put into a history."""

from datetime import UTC, datetime

import numpy as np

from edge.devices.information import CoreGroup, DeviceInformation
from edge.devices.work import DeviceState, Timing
from edge.history.document import Measurement, Visit

SHA256 = "1a2b3c4d" * 8


def device(identity="a1", **values):
    fields = {
        "kind": "ssh",
        "name": "ssh:board",
        "identity": identity,
        "model": "Raspberry Pi 5 Model B",
        "architecture": "aarch64",
        "cores": [CoreGroup(count=4, part="Cortex-A76", maximum_mhz=2400.0)],
        "system": "Debian 13",
        "runtimes": {"ai-edge-litert": "2.3.0"},
        "governor": "ondemand",
    }
    return DeviceInformation(**(fields | values))


def visit(label=None, on=None):
    return Visit(
        time=datetime(2026, 11, 21, 20, 15, tzinfo=UTC),
        label=label,
        version="0.1.0",
        model="intents",
        device=on or device(),
    )


def timing(latencies):
    return Timing(
        warm_up_ms=[20.0, 12.0],
        latencies_ms=[float(each) for each in latencies],
        warmed_up=True,
        peak_rss_mb=98.5,
        before=DeviceState(temperature_c=48.0, clock_mhz=2400.0, throttled=False),
        after=DeviceState(temperature_c=55.5, clock_mhz=2400.0, throttled=False),
    )


def measurement(latencies=(50.0,) * 100, **values):
    fields = {
        "artifact": "tflite-int8-dynamic-32",
        "artifact_sha256": SHA256,
        "sequence_length": 32,
        "recipe": "int8-dynamic",
        "format": "tflite",
        "runtime": "ai-edge-litert 2.3.0",
        "program": "squeezebert-edge 0.1.0",
        "threads": 4,
        "load_ms": 12.25,
        "timing": timing(latencies),
        "parity": {"cosine": 0.9991, "sqnr_db": 29.5},
    }
    return Measurement(**(fields | values))


def noisy(median, random, runs=200, correlation=0.9, deviation=0.02):
    """Return runs in milliseconds around `median` whose neighbours are alike, and of which some take much longer."""
    noise = correlated(random, (runs,), correlation) * deviation
    return median * np.exp(noise) * np.where(random.random(runs) < 0.02, 3, 1)


def correlated(random, shape, correlation):
    """Return normal noise of variance 1, each value correlated with the one before along the last axis."""
    fresh = random.normal(size=shape)
    noise = np.empty(shape)
    noise[..., 0] = fresh[..., 0]
    for index in range(1, shape[-1]):
        noise[..., index] = correlation * noise[..., index - 1] + np.sqrt(1 - correlation**2) * fresh[..., index]
    return noise
