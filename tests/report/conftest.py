"""Report documents for the tests: the figures are made up, their shapes are those of real builds."""

from collections.abc import Callable

import pytest

from edge.devices.work import DeviceState
from edge.gates import UPPER_LIMITS
from edge.report.document import Benchmark, Gate, Latency, ReportDocument, ReportRow

DEVICE = "Intel Xeon Platinum 8481C (2 cores), Linux 6.1"
RUNTIMES = {
    "executorch": "executorch 1.0.0",
    "coreml": "numpy evaluation of the saved .mlpackage",
    "tflite": "ai-edge-litert 2.3.0",
    "onnx": "onnxruntime 1.23.2",
}
LIMITS = {
    "fp32": {"cosine": 0.9999, "sqnr_db": 60.0, "max_relative": 0.001, "rank": 0.9999},
    "int8": {"cosine": 0.98, "sqnr_db": 15.0, "max_relative": 0.2, "rank": 0.97},
}


def artifact(
    form: str, recipe: str, length: int, size: int, parity: tuple[float, float, float, float], p50: float | None
) -> ReportRow:
    """Return one artifact; its gates follow from `parity` (cosine, SQNR, max abs, rank)."""
    identity = f"{form}-{recipe}-{length}"
    values = dict(zip(("cosine", "sqnr_db", "max_abs", "rank"), parity, strict=True))
    values["max_relative"] = values["max_abs"] / 1.42
    limits = LIMITS["fp32" if recipe == "fp32" else "int8"]
    gates = [
        Gate(
            metric=metric,
            value=values[metric],
            limit=limit,
            passed=(values[metric] < limit) == (metric in UPPER_LIMITS),
        )
        for metric, limit in limits.items()
    ]
    benchmark = None
    if p50 is not None:
        latency = Latency(p50=p50, p90=p50 * 1.13, p99=p50 * 1.4, mean=p50 * 1.02, min=p50 * 0.95)
        benchmark = Benchmark(
            artifact=identity,
            format=form,
            recipe=recipe,
            sequence_length=length,
            device=DEVICE,
            threads=2,
            runs=200,
            warm_up_runs=10,
            latency_ms=latency,
            spread=0.04,
            before=DeviceState(),
            after=DeviceState(),
            load_ms=38.2 + size / 1e6,
            peak_rss_mb=61.4 + size / 0.8e6,
        )
    return ReportRow(
        id=identity,
        format=form,
        recipe=recipe,
        sequence_length=length,
        bytes=size,
        size_ratio=size / (4 * 22_713_216),
        runtime=RUNTIMES[form],
        parity=values,
        gates=gates,
        passed=all(gate.passed for gate in gates),
        benchmark=benchmark,
    )


def report(artifacts: list[ReportRow], model: str = "sentence-transformers/all-MiniLM-L6-v2") -> ReportDocument:
    """Return a document of `artifacts`."""
    return ReportDocument(
        model=model,
        task="feature-extraction",
        parameters=22_713_216,
        rows_verified=256,
        device=DEVICE,
        artifacts=artifacts,
        toolchain={
            "torch": "2.9.1",
            "executorch": "1.0.0",
            "torchao": "0.14.1",
            "coremltools": "9.0",
            "ai-edge-torch": "0.7.0",
            "onnxruntime": "1.23.2",
            "transformers": "4.57.1",
            "squeezebert-edge": "0.1.0",
        },
    )


@pytest.fixture
def make_artifact() -> Callable[..., ReportRow]:
    """Return `artifact`."""
    return artifact


@pytest.fixture
def make_report() -> Callable[..., ReportDocument]:
    """Return `report`."""
    return report


@pytest.fixture
def minilm() -> ReportDocument:
    """Return eight artifacts, two of Core ML without a latency, one of them failing two gates."""
    return minilm_report()


@pytest.fixture
def sixteen() -> ReportDocument:
    """Return the largest usual report: four formats, two recipes, two lengths."""
    return sixteen_report()


def minilm_report() -> ReportDocument:
    """Return eight artifacts: two of Core ML without a latency, one of them failing two gates."""
    exact = (0.9999997, 118.42, 0.0000041, 0.99999)
    return report(
        [
            artifact("executorch", "fp32", 128, 91_204_112, exact, 31.84),
            artifact("executorch", "int8-dynamic", 128, 23_481_728, (0.99312, 21.74, 0.0412, 0.9942), 14.62),
            artifact("coreml", "int8-weight", 128, 23_012_441, (0.99871, 28.91, 0.0187, 0.9987), None),
            artifact("coreml", "int8-static", 128, 23_102_984, (0.94127, 9.83, 0.1934, 0.9711), None),
            artifact("tflite", "fp32", 128, 91_015_308, exact, 29.07),
            artifact("tflite", "int8-dynamic", 128, 23_301_460, (0.99274, 21.18, 0.0431, 0.9938), 12.31),
            artifact("onnx", "fp32", 128, 91_120_004, exact, 27.55),
            artifact("onnx", "int8-dynamic", 128, 23_398_116, (0.99305, 21.66, 0.0418, 0.9941), 11.08),
        ]
    )


def sixteen_report() -> ReportDocument:
    """Return the largest usual report: four formats, two recipes, two lengths."""
    rows = []
    for form in RUNTIMES:
        for length in (64, 128):
            for recipe, size in (("fp32", 91_204_112), ("int8-dynamic", 23_481_728)):
                p50 = None if form == "coreml" else length / 4 * (1.0 if recipe == "fp32" else 0.43)
                exact = (0.999998, 117.9, 0.0000211, 0.99999)
                parity = exact if recipe == "fp32" else (0.99314, 21.9, 0.0411, 0.9951)
                rows.append(artifact(form, recipe, length, size, parity, p50))
    return report(rows)
