"""How long each layer type of a SqueezeBERT's .tflite takes, operator by operator in the order in which they run."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from edge.child_process import run_job
from edge.errors import ConversionError
from edge.estimation.layer_work import LayerType

# XNNPACK's names of operators begin with these.
LINEAR, PRODUCT = "Fully Connected", "Batch Matrix Multiply"
MOVES = ("Slice", "Copy", "Transpose", "Static Reshape", "RESHAPE", "Concatenate")
# What an operator belongs to that is neither a product nor moves anything, after a product of this type.
AFTER = {
    LayerType.QUERY_KEY_VALUE: LayerType.MOVEMENT,
    LayerType.POST_ATTENTION: LayerType.LAYER_NORM,
    LayerType.INTERMEDIATE: LayerType.ACTIVATION,
    LayerType.OUTPUT: LayerType.LAYER_NORM,
}
# Threads of the contestant before spin for a while.
PAUSE_SECONDS = 0.1


def linear_types(path: Path, hidden: int, groups: int) -> list[LayerType]:
    """Return the type of each linear layer in the .tflite at `path`, in the order in which they run.

    Parameters
    ----------
    hidden, groups
        Sizes of the encoder, which tell the layers apart; query, key and value of a group are one layer.

    Raises
    ------
    ConversionError
        If a weight has a shape that no layer has.
    """
    from quantize.tflite_graph import TFLiteGraph

    graph = TFLiteGraph(path.read_bytes())
    shapes = [
        tuple(int(size) for size in graph.tensor(int(operator.inputs[1])).shape)
        for operator in graph.operators
        if graph.operator_name(operator) == "FULLY_CONNECTED"
    ]
    return [linear_type(shape, hidden, groups) for shape in shapes]


def linear_type(shape: Sequence[int], hidden: int, groups: int) -> LayerType:
    """Return the type of the linear layer whose weight is `shape`, (out, in).

    int8-static takes some neurons out of the feed-forward groups and makes a narrow dense pair of layers of them.
    """
    outputs, inputs = shape
    if (outputs, inputs) == (3 * hidden // groups, hidden // groups):
        return LayerType.QUERY_KEY_VALUE
    if outputs == inputs == hidden:
        return LayerType.POST_ATTENTION
    if outputs == hidden // groups:
        return LayerType.OUTPUT
    if inputs in (hidden, hidden // groups):
        return LayerType.INTERMEDIATE
    if outputs == hidden:
        return LayerType.OUTPUT
    raise ConversionError(f"a linear layer of {tuple(shape)} is none of the encoder's; correct linear_type")


def time_by_type(events: Iterable[tuple[str, float]], linears: Sequence[LayerType]) -> dict[LayerType, float]:
    """Return the microseconds of each layer type in one inference.

    Parameters
    ----------
    events
        Name and microseconds of each operator, in the order in which they ran.
    linears
        The types of the linear layers among them.

    Raises
    ------
    ConversionError
        If there are more or fewer linear layers.
    """
    times: defaultdict[LayerType, float] = defaultdict(float)
    rest: Iterator[LayerType] = iter(linears)
    place = LayerType.EMBEDDING
    products = 0
    for name, microseconds in events:
        kind = place
        if name.startswith(LINEAR):
            following = next(rest, None)
            if following is None:
                raise ConversionError(f"more linear layers ran than the {len(linears)} of the file; correct the route")
            kind, place = following, AFTER[following]
        elif name.startswith(PRODUCT):
            products += 1
            kind = LayerType.ATTENTION_PRODUCTS
            place = LayerType.SOFTMAX if products % 2 else LayerType.MOVEMENT
        elif name.startswith(MOVES) and place != LayerType.EMBEDDING:
            kind = LayerType.MOVEMENT
        times[kind] += microseconds
    if next(rest, None) is not None:
        raise ConversionError(f"fewer linear layers ran than the {len(linears)} of the file; correct the route")
    return dict(times)


def measure_layers(path: str, threads: int, rounds: int, runs: int, hidden: int, groups: int) -> dict[str, Any]:
    """Return the milliseconds of each layer type, and of a whole inference without a profiler.

    In each round a burst without and one with the profiler; of each the fastest round's median, which other work on the
    machine disturbed least.

    Parameters
    ----------
    runs
        Inferences of a burst.
    """
    from edge.profile.inputs import filled_feed
    from edge.profile.litert import EventType, compiled_with_profiler
    from edge.runtimes.tflite import load

    file = Path(path)
    operators = (EventType.OPERATOR, EventType.DELEGATE_OPERATOR, EventType.DELEGATE_PROFILED_OPERATOR)
    linears = linear_types(file, hidden, groups)
    layers: defaultdict[str, list[float]] = defaultdict(list)
    whole: list[float] = []
    with compiled_with_profiler(file, threads) as model:
        feed = filled_feed(file, model.inputs)
        runtime = load(file, (), (), threads)
        model.set_inputs(feed)
        for _ in range(rounds):
            whole.append(_burst(lambda: runtime.run(feed), runs))
            time.sleep(PAUSE_SECONDS)
            model.run()
            burst: defaultdict[LayerType, list[float]] = defaultdict(list)
            for _ in range(runs):
                events = [(event.tag, event.microseconds) for event in model.run().events if event.type in operators]
                for kind, microseconds in time_by_type(events, linears).items():
                    burst[kind].append(microseconds / 1000)
            for kind, values in burst.items():
                layers[kind.value].append(median(values))
    return {"inference_ms": min(whole), "layers_ms": {kind: min(values) for kind, values in layers.items()}}


def measure_inference(path: str, threads: int, rounds: int, runs: int) -> dict[str, Any]:
    """Return the milliseconds of a whole inference: the fastest round's median."""
    from edge.profile.inputs import filled_feed
    from edge.profile.litert import compiled_with_profiler
    from edge.runtimes.tflite import load

    file = Path(path)
    with compiled_with_profiler(file, 1) as model:
        feed = filled_feed(file, model.inputs)
    runtime = load(file, (), (), threads)
    return {"inference_ms": min(_burst(lambda: runtime.run(feed), runs) for _ in range(rounds))}


def _burst(run: Callable[[], object], runs: int) -> float:
    """Return the median milliseconds of `runs` after one that is not counted."""
    time.sleep(PAUSE_SECONDS)
    run()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        run()
        times.append(1000 * (time.perf_counter() - start))
    return median(times)


def measure(what: str, **arguments: Any) -> dict[str, Any]:
    """Call `measure_layers` or `measure_inference`."""
    return measure_layers(**arguments) if what == "layers" else measure_inference(**arguments)


if __name__ == "__main__":
    run_job(measure)
