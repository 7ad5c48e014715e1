"""The Python program that loads and runs one artifact: on this host, and on boards where squeezebert-edge is installed.

``python -m edge.devices.worker request.json answer.json`` reads and writes what `edge.devices.work` describes. It ends
when its stdin does, so nothing is left running when who started it goes away.
"""

import os
import sys
import time
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from edge.bundle import Bundle, open_bundle
from edge.child_process import run_job
from edge.devices.measurement import measure
from edge.devices.work import Timing, WorkRequest, WorkResult
from edge.errors import InputError
from edge.golden import Golden, Outputs, load_golden, save_outputs, select_positions
from edge.manifest import ArtifactInfo
from edge.model_inputs import pad_inputs
from edge.parity import worst_cosine
from edge.runtimes import Runtime, load_runtime
from edge.runtimes.coreml import CoreMLEvaluation, prepare_process
from edge.runtimes.coreml_macos import CoreMLOnMacOS
from edge.runtimes.executorch_coreml import EvaluatedDelegate
from edge.runtimes.mil.layer_values import load_layer_values
from edge.typed_documents import first_problem


def work(folder: Path, document: dict[str, Any]) -> dict[str, Any]:
    """Do what a request asks for; return the `WorkResult` as a document.

    Parameters
    ----------
    folder
        The request's, which its relative paths begin at.

    Raises
    ------
    InputError
        If the request or the bundle cannot be read, or cores are asked for that this process may not use.
    """
    try:
        request = WorkRequest.model_validate(document)
    except ValidationError as error:
        place, problem = first_problem(error)
        advice = "use the same squeezebert-edge on both sides"
        raise InputError(f"the request's {place}: {problem}; {advice}") from error
    _pin(request.cores)
    bundle = open_bundle(folder / request.bundle)
    artifact = _at_length(bundle.artifact(request.artifact), request.sequence_length)
    if artifact.format == "coreml":
        prepare_process()
    runtime, load_ms = _load(bundle, artifact, request)
    golden = load_golden(bundle.directory / "golden", request.sequence_length)
    names = [spec.name for spec in artifact.inputs]
    feeds = [
        pad_inputs(example.input_ids, example.token_type_ids, names, golden.sequence_length, golden.pad_id)
        for example in golden.examples
    ]
    timing: Timing | None = None
    if request.measurement is not None and runtime.measures_latency:
        timing = measure(lambda: runtime.run(feeds[0]), request.measurement, tuple(request.cores))
    outputs, hazards = _outputs(runtime, golden, feeds) if request.outputs is not None else (None, [])
    if outputs is not None and request.outputs is not None:
        save_outputs(outputs, folder / request.outputs)
    return WorkResult(
        program=f"squeezebert-edge {metadata.version('squeezebert-edge')}",
        runtime=runtime.name,
        artifact=artifact.id,
        sequence_length=request.sequence_length,
        threads=request.threads,
        cores=request.cores,
        load_ms=load_ms,
        worst_cosine=None if outputs is None else worst_cosine(golden.outputs, outputs),
        timing=timing,
        hazards=[*hazards, *_wrong_classes(bundle, runtime)],
        layers=_layers(bundle, artifact, runtime) if outputs is not None else [],
        core_ml=runtime.devices() if timing is not None and isinstance(runtime, CoreMLOnMacOS) else None,
    ).model_dump(mode="json")


def _at_length(artifact: ArtifactInfo, sequence_length: int) -> ArtifactInfo:
    for single in artifact.by_length():
        if sequence_length in single.sequence_lengths:
            return single
    known = ", ".join(str(length) for length in artifact.sequence_lengths)
    raise InputError(f"{artifact.id} has no length {sequence_length}, only {known}")


def _pin(cores: list[int]) -> None:
    """Keep this process, and the threads that it will start, on `cores`."""
    if not cores:
        return
    if not hasattr(os, "sched_setaffinity"):
        raise InputError("cores cannot be chosen on this system; leave --cores out")
    usable = os.sched_getaffinity(0)
    if not usable.issuperset(cores):
        known = ", ".join(str(core) for core in sorted(usable))
        raise InputError(f"cores {', '.join(map(str, cores))} cannot be chosen: this process may use {known}")
    os.sched_setaffinity(0, cores)


def _load(bundle: Bundle, artifact: ArtifactInfo, request: WorkRequest) -> tuple[Runtime, float]:
    """Return the loaded artifact and the milliseconds that an app waits for it."""
    options = dict(artifact.runtime_options)
    if artifact.format == "coreml" and request.compute_units is not None:
        options["compute_units"] = request.compute_units.value
    path, specs = bundle.path(artifact), (artifact.inputs, artifact.outputs)

    def load() -> Runtime:
        return load_runtime(artifact.format, path, *specs, request.threads, artifact.minimum_runtime, options)

    # The first load pays for importing the runtime's library; the second is what an app sees.
    load()
    start = time.perf_counter()
    runtime = load()
    return runtime, (time.perf_counter() - start) * 1000


def _outputs(runtime: Runtime, golden: Golden, feeds: list[dict[str, np.ndarray]]) -> tuple[list[Outputs], list[str]]:
    """Return the outputs of the golden examples, and what breaks on the way where the runtime can be looked into."""
    outputs: list[Outputs] = []
    hazards: dict[tuple[str, str], str] = {}
    for example, expected, feed in zip(golden.examples, golden.outputs, feeds, strict=True):
        if isinstance(runtime, CoreMLEvaluation | EvaluatedDelegate):
            found, broken = runtime.run_and_search(feed)
            # One line for each operation, of the first example that breaks it.
            for hazard in broken:
                hazards.setdefault((hazard.kind, hazard.variable), str(hazard))
        else:
            found = runtime.run(feed)
        # A file may give more than the task's outputs: a label, a probability.
        compared = {name: value for name, value in found.items() if name in expected}
        outputs.append(select_positions(compared, example.positions))
    return outputs, list(hazards.values())


def _wrong_classes(bundle: Bundle, runtime: Runtime) -> list[str]:
    """Return where the labels that a package answers with are not the model's, at the first place."""
    classes = runtime.classes if isinstance(runtime, CoreMLEvaluation | CoreMLOnMacOS) else None
    labels = tuple(bundle.manifest.model.labels)
    if classes is None or classes == labels:
        return []
    if len(classes) != len(labels):
        return [f"classify has {len(classes)} labels, the model {len(labels)}"]
    place = next(index for index, pair in enumerate(zip(classes, labels, strict=True)) if len(set(pair)) > 1)
    return [f"classify calls class {place} {classes[place]!r}, the model {labels[place]!r}"]


def _layers(bundle: Bundle, artifact: ArtifactInfo, runtime: Runtime) -> list[tuple[float, str]]:
    """Return how far each operation that stands for a layer is from it, where the runtime can be looked into."""
    # Recorded at the artifact's longest length.
    if artifact.layer_values is None or not isinstance(runtime, CoreMLEvaluation | EvaluatedDelegate):
        return []
    recorded = load_layer_values(bundle.directory / artifact.layer_values.file)
    if recorded.sequence_length != artifact.sequence_lengths[0]:
        return []
    return [(each.sqnr_db, str(each)) for each in runtime.layer_deviations(recorded)]


if __name__ == "__main__":
    run_job(lambda **document: work(Path(sys.argv[1]).parent, document))
