"""ExecuTorch: the events that its runtime writes into an ETDump, XNNPACK's own operators among them."""

import re
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from edge.errors import InputError
from edge.profile.inputs import Feed, filled_feed
from edge.profile.recording import OperatorRun, ProfileRule, Recording, median_latency_us
from edge.runtimes.coreml import on_macos
from edge.runtimes.executorch import installed, why_unavailable
from edge.runtimes.executorch_coreml import is_delegated

__all__ = ["record", "why_unavailable"]

_METHOD = "forward"
# The block of events of one call of a method.
_INFERENCE = "Execute"
# Instructions of a program: a kernel, with its name in an event of its own, or a delegate.
_KERNEL, _DELEGATE = "OPERATOR_CALL", "DELEGATE_CALL"
_KERNEL_NAME = "native_call_"

# A .pte has no names of inputs; these are the encoder's, in its order.
_NAMES = ("input_ids", "attention_mask", "token_type_ids")

# c10::ScalarType, as a method's metadata gives it.
_DTYPES = {0: np.uint8, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.int64, 6: np.float32, 11: np.bool_}


def record(path: Path, feed: Feed | None, threads: int, rule: ProfileRule) -> Recording:
    """Run the .pte at `path`; what a delegate says of its own operators stands for its call.

    Raises
    ------
    InputError
        If ExecuTorch cannot load it, it takes something else than tensors, or it is for another system.
    """
    if not on_macos() and is_delegated(path):
        raise InputError(f"{path}: written for the Core ML delegate, which only macOS and iOS have; profile it there")
    import torch
    from executorch.devtools.etdump.serialize import deserialize_from_etdump_flatcc
    from executorch.extension.pybindings.portable_lib import _unsafe_reset_threadpool

    _unsafe_reset_threadpool(threads)
    plain = _load(path, traced=False)
    own = _filled(path, plain)
    arrays = own if feed is None else feed
    # The file's own types: a golden example is int32, and the file may take int64.
    pairs = zip(arrays.values(), own.values(), strict=True)
    tensors = [torch.from_numpy(np.ascontiguousarray(array, dtype=wanted.dtype)) for array, wanted in pairs]
    latency_us = median_latency_us(lambda: plain.run_method(_METHOD, tensors), rule)
    traced = _load(path, traced=True)
    profiled_latency_us = median_latency_us(lambda: traced.run_method(_METHOD, tensors), rule)
    with tempfile.TemporaryDirectory(prefix="squeezebert-edge-") as folder:
        dump = Path(folder) / "events.etdp"
        traced.write_etdump_result_to_file(str(dump))
        blocks = deserialize_from_etdump_flatcc(dump.read_bytes()).run_data
    inferences = [read_operators(block.events) for block in blocks if block.name == _INFERENCE]
    return Recording(str(installed()), latency_us, profiled_latency_us, inferences[rule.warm_up_runs :])


def _load(path: Path, traced: bool) -> Any:
    from executorch.extension.pybindings.portable_lib import _load_for_executorch

    try:
        module = _load_for_executorch(str(path), enable_etdump=traced)
        # Methods are loaded when they are first asked for; a damaged one shows here.
        module.method_meta(_METHOD)
    except RuntimeError as error:
        raise InputError(f"{path}: ExecuTorch cannot load it ({str(error).splitlines()[0]}); build it again") from error
    return module


def _filled(path: Path, module: Any) -> Feed:
    meta = module.method_meta(_METHOD)
    try:
        inputs = [meta.input_tensor_meta(index) for index in range(meta.num_inputs())]
        dtypes = [np.dtype(_DTYPES[given.dtype()]) for given in inputs]
    except (RuntimeError, KeyError) as error:
        raise InputError(f"{path}: takes inputs that are no arrays of numbers; profile an encoder") from error
    names: Sequence[str] = _NAMES[: len(inputs)]
    if len(inputs) > len(_NAMES):
        names = [f"input {index}" for index in range(len(inputs))]
    shapes = [tuple(given.sizes()) for given in inputs]
    return filled_feed(path, zip(names, shapes, dtypes, strict=True))


def read_operators(events: Iterable[Any]) -> list[OperatorRun]:
    """Read the events of one inference, of ETDump's schema.

    The events of an instruction's inside come before the one of the instruction itself. A delegate that says nothing
    of its operators counts as one.
    """
    operators: list[OperatorRun] = []
    kernel, inside = _KERNEL, 0
    for event in (each.profile_event for each in events if each.profile_event is not None):
        microseconds = (event.end_time - event.start_time) / 1000
        if event.delegate_debug_id_str is not None:
            # XNNPACK numbers the operators of a type.
            name = re.sub(r" #\d+$", "", event.delegate_debug_id_str)
            operators.append(OperatorRun(name, microseconds, True))
            inside += 1
        elif event.name.startswith(_KERNEL_NAME):
            kernel = event.name.removeprefix(_KERNEL_NAME)
        elif event.name == _KERNEL:
            operators.append(OperatorRun(kernel, microseconds, False))
            kernel = _KERNEL
        elif event.name == _DELEGATE:
            if inside == 0:
                operators.append(OperatorRun(_DELEGATE, microseconds, True))
            inside = 0
    return operators
