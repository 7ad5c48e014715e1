"""What a profile says, typed; ``squeezebert-edge inspect --profile --json`` prints it."""

from edge.artifact import Strict


class OperatorTime(Strict):
    """What one type of operator takes in one inference.

    Attributes
    ----------
    name
        As the runtime names the type, with the kernel where it says so.
    calls
        Operators of this type that ran in one inference.
    delegated
        Whether they ran inside of the accelerated backend.
    microseconds
        Of all `calls` together: the median over the measured inferences.
    share
        Of the sum of all operators' times, 0 to 1.
    """

    name: str
    calls: int
    delegated: bool
    microseconds: float
    share: float


class Profile(Strict):
    """One artifact file on one host.

    XNNPACK and onnxruntime count whole microseconds for each operator and round down, so many short operators add up
    to less than an inference takes. onnxruntime's profiler takes time itself, which counts as the operators': many
    short ones add up to more.

    Attributes
    ----------
    runtime
        What computed, with its version.
    host
        The machine, in one line.
    runs
        Measured inferences, with the profiler and as many without.
    latency_us
        Median of an inference without the profiler.
    profiled_latency_us
        Median of an inference with it.
    operators
        Most time first; a type that runs inside and outside of the backend has two entries.
    """

    file: str
    format: str
    runtime: str
    host: str
    threads: int
    runs: int
    latency_us: float
    profiled_latency_us: float
    operators: list[OperatorTime]

    @property
    def operators_us(self) -> float:
        """Microseconds of all operators."""
        return sum(operator.microseconds for operator in self.operators)
