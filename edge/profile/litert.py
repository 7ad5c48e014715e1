"""LiteRT's C API, as far as it takes to run a compiled model with its profiler.

Functions, structures and numbers are those of LiteRT's headers in litert/c: litert_profiler.h,
litert_profiler_event.h, litert_model_types.h, litert_layout.h, litert_tensor_buffer_types.h,
options/litert_runtime_options.cc and options/litert_cpu_options.cc. The options' payloads are TOML.
"""

import ctypes
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import IntEnum
from importlib import util
from pathlib import Path
from typing import Any

import numpy as np

from edge.errors import InputError, MissingPackageError
from edge.profile.inputs import Feed

_CPU = 1
_MAX_RANK = 8
_ALIGNMENT = 64  # LITERT_HOST_MEMORY_BUFFER_ALIGNMENT, bytes
_RANK_BITS = 0x7F
_SOURCES = 3

_DTYPES = {
    1: np.float32,
    2: np.int32,
    3: np.uint8,
    4: np.int64,
    6: np.bool_,
    7: np.int16,
    9: np.int8,
    10: np.float16,
}


class EventType(IntEnum):
    """What an event of the profiler is about."""

    DEFAULT = 1
    OPERATOR = 2
    DELEGATE_OPERATOR = 4
    DELEGATE_PROFILED_OPERATOR = 8
    GENERAL = 16
    TELEMETRY = 32
    TELEMETRY_SETTINGS = 64
    TELEMETRY_DELEGATE = 128
    TELEMETRY_DELEGATE_SETTINGS = 256


@dataclass(frozen=True)
class LoggedEvent:
    """One event: the name of the operator or of the step, its type, and its duration."""

    tag: str
    type: EventType
    microseconds: float


@dataclass(frozen=True)
class InferenceLog:
    """One inference: how long it took for its caller, and its events in the order in which they began."""

    microseconds: float
    events: list[LoggedEvent]


class _Layout(ctypes.Structure):
    _fields_ = [
        ("rank_and_flags", ctypes.c_uint),
        ("dimensions", ctypes.c_int32 * _MAX_RANK),
        ("strides", ctypes.c_uint32 * _MAX_RANK),
    ]


class _RankedTensorType(ctypes.Structure):
    _fields_ = [("element_type", ctypes.c_int), ("layout", _Layout)]


class _Event(ctypes.Structure):
    _fields_ = [
        ("tag", ctypes.c_void_p),
        ("type", ctypes.c_int),
        ("start_us", ctypes.c_uint64),
        ("elapsed_us", ctypes.c_uint64),
        ("memory_before", ctypes.c_size_t * 3),
        ("memory_after", ctypes.c_size_t * 3),
        ("metadata", ctypes.c_uint64 * 2),
        ("source", ctypes.c_int),
    ]


_Deleter = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
# LiteRT does not free what it is handed here: Python does.
_keep = _Deleter(lambda payload: None)


class _Library:
    """libLiteRt; a call that fails is an exception."""

    def __init__(self) -> None:
        package = util.find_spec("ai_edge_litert")
        folders = [] if package is None else package.submodule_search_locations or []
        files = [file for folder in folders for file in sorted(Path(folder).glob("libLiteRt.*"))]
        if not files:
            raise MissingPackageError(
                "profiling .tflite needs an ai-edge-litert with libLiteRt: pip install ai-edge-litert"
            )
        self._functions = ctypes.CDLL(str(files[0]))

    def call(self, name: str, *arguments: Any) -> None:
        """Call the function; raise `_CallError` if its status is not 0."""
        status = self._function(name)(*arguments)
        if status != 0:
            raise _CallError(f"{name} returned {status}")

    def create(self, name: str, *arguments: Any) -> ctypes.c_void_p:
        """Return the handle that the function writes to its last argument."""
        handle = ctypes.c_void_p()
        self.call(name, *arguments, ctypes.byref(handle))
        return handle

    def count(self, name: str, *arguments: Any) -> int:
        """Return the number that the function writes to its last argument."""
        number = ctypes.c_size_t()
        self.call(name, *arguments, ctypes.byref(number))
        return number.value

    def destroyer(self, name: str, handle: ctypes.c_void_p) -> Callable[[], None]:
        """Return a function that destroys `handle`."""
        function = self._function(name)
        return lambda: function(handle)

    def _function(self, name: str) -> Any:
        try:
            return getattr(self._functions, name)
        except AttributeError as error:
            raise _unknown_version(f"has no {name}") from error


class _CallError(Exception):
    """A function of LiteRT failed."""


class CompiledModel:
    """A .tflite compiled for the CPU, with its profiler on.

    Attributes
    ----------
    inputs
        Name, shape and dtype of each input of the first signature.
    """

    def __init__(self, library: _Library, handles: ExitStack, path: Path, threads: int) -> None:
        self._library = library
        self._handles = handles
        environment = self._own("Environment", library.create("LiteRtCreateEnvironment", 0, None))
        model = self._own("Model", library.create("LiteRtCreateModelFromFile", environment, str(path).encode()))
        signature = library.create("LiteRtGetModelSignature", model, ctypes.c_size_t(0))
        options = self._own("Options", library.create("LiteRtCreateOptions"))
        library.call("LiteRtSetOptionsHardwareAccelerators", options, _CPU)
        # What LiteRT is handed must live as long as it does.
        self._payloads = [
            self._add_options(options, b"xnnpack", f"num_threads = {threads}\n"),
            self._add_options(options, b"runtime_options_string", "enable_profiling = true\n"),
        ]
        self._model = self._own(
            "CompiledModel", library.create("LiteRtCreateCompiledModel", environment, model, options)
        )
        self._profiler = library.create("LiteRtCompiledModelGetProfiler", self._model)
        if not self._profiler:
            raise _unknown_version("does not turn its profiler on")
        inputs, outputs = self._tensors(signature, "Input"), self._tensors(signature, "Output")
        self.inputs = [(name, _shape(kind), _dtype(path, name, kind)) for name, kind in inputs]
        self._arrays, self._input_buffers = self._buffers(path, inputs)
        self._outputs, self._output_buffers = self._buffers(path, outputs)

    def set_inputs(self, feed: Feed) -> None:
        """Copy the arrays of `feed`, by name."""
        for name, _, _ in self.inputs:
            self._arrays[name][...] = feed[name]

    def run(self) -> InferenceLog:
        """Run one inference with the profiler on.

        Raises
        ------
        MissingPackageError
            If the events have another layout than the headers' that this module is written against.
        """
        # Starting forgets the events before.
        self._library.call("LiteRtStartProfiler", self._profiler)
        start = time.perf_counter()
        self._library.call(
            "LiteRtRunCompiledModel",
            self._model,
            ctypes.c_size_t(0),
            ctypes.c_size_t(len(self._input_buffers)),
            self._input_buffers,
            ctypes.c_size_t(len(self._output_buffers)),
            self._output_buffers,
        )
        seconds = time.perf_counter() - start
        self._library.call("LiteRtStopProfiler", self._profiler)
        return InferenceLog(1e6 * seconds, self._events())

    def _events(self) -> list[LoggedEvent]:
        number = ctypes.c_int()
        self._library.call("LiteRtGetNumProfilerEvents", self._profiler, ctypes.byref(number))
        events = (_Event * number.value)()
        self._library.call("LiteRtGetProfilerEvents", self._profiler, number, events)
        types = set(EventType)
        if any(event.type not in types or not 0 <= event.source < _SOURCES for event in events):
            # Before a tag is read: where the layout is another one, it is no address.
            raise _unknown_version("lays its events out in another way")
        return [
            LoggedEvent(ctypes.string_at(event.tag).decode(), EventType(event.type), float(event.elapsed_us))
            for event in events
        ]

    def _own(self, kind: str, handle: ctypes.c_void_p) -> ctypes.c_void_p:
        self._handles.callback(self._library.destroyer(f"LiteRtDestroy{kind}", handle))
        return handle

    def _add_options(self, options: ctypes.c_void_p, kind: bytes, toml: str) -> ctypes.Array[ctypes.c_char]:
        payload = ctypes.create_string_buffer(toml.encode())
        added = self._library.create("LiteRtCreateOpaqueOptions", kind, payload, _keep)
        self._library.call("LiteRtAddOpaqueOptions", options, added)
        return payload

    def _tensors(self, signature: ctypes.c_void_p, direction: str) -> list[tuple[str, _RankedTensorType]]:
        """Return name and type of each input or output."""
        tensors = []
        for index in range(self._library.count(f"LiteRtGetNumSignature{direction}s", signature)):
            place = ctypes.c_size_t(index)
            name = ctypes.c_char_p()
            self._library.call(f"LiteRtGetSignature{direction}Name", signature, place, ctypes.byref(name))
            tensor = self._library.create(f"LiteRtGetSignature{direction}TensorByIndex", signature, place)
            kind = _RankedTensorType()
            self._library.call("LiteRtGetRankedTensorType", tensor, ctypes.byref(kind))
            tensors.append(((name.value or b"").decode(), kind))
        return tensors

    def _buffers(
        self, path: Path, tensors: list[tuple[str, _RankedTensorType]]
    ) -> tuple[dict[str, np.ndarray], ctypes.Array[ctypes.c_void_p]]:
        """Return an array for each tensor, by name, and LiteRT's handles of them."""
        arrays = {name: _aligned_zeros(_shape(kind), _dtype(path, name, kind)) for name, kind in tensors}
        handles = []
        for name, kind in tensors:
            address, size = ctypes.c_void_p(arrays[name].ctypes.data), ctypes.c_size_t(arrays[name].nbytes)
            buffer = self._library.create(
                "LiteRtCreateTensorBufferFromHostMemory", ctypes.byref(kind), address, size, None
            )
            handles.append(self._own("TensorBuffer", buffer))
        return arrays, (ctypes.c_void_p * len(handles))(*handles)


@contextmanager
def compiled_with_profiler(path: Path, threads: int) -> Iterator[CompiledModel]:
    """Give the .tflite at `path`, compiled for the CPU.

    Raises
    ------
    InputError
        If LiteRT cannot load or run it.
    MissingPackageError
        If the installed LiteRT has no profiler, or another one than this module knows.
    """
    with ExitStack() as handles:
        try:
            yield CompiledModel(_Library(), handles, path, threads)
        except _CallError as error:
            raise InputError(f"{path}: LiteRT cannot profile it ({error}); build it again") from error


def _shape(kind: _RankedTensorType) -> tuple[int, ...]:
    return tuple(kind.layout.dimensions[: kind.layout.rank_and_flags & _RANK_BITS])


def _dtype(path: Path, name: str, kind: _RankedTensorType) -> np.dtype:
    if kind.element_type not in _DTYPES:
        raise InputError(f"{path}: cannot feed or read '{name}' of LiteRT's element type {kind.element_type}")
    return np.dtype(_DTYPES[kind.element_type])


def _aligned_zeros(shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    """Return an array at an address that LiteRT accepts; it keeps the memory around it alive."""
    size = int(np.prod(shape)) * dtype.itemsize
    memory = np.zeros(size + _ALIGNMENT, np.uint8)
    start = -memory.ctypes.data % _ALIGNMENT
    return memory[start : start + size].view(dtype).reshape(shape)


def _unknown_version(problem: str) -> MissingPackageError:
    from importlib import metadata

    version = metadata.version("ai-edge-litert")
    return MissingPackageError(
        f"profiling .tflite knows ai-edge-litert 2.3.0, and {version} {problem}: pip install ai-edge-litert==2.3.0"
    )
