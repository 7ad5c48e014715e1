"""Which artifacts a device runs right, by the versions that its probe found."""

from edge.devices.information import DeviceInformation
from edge.manifest import ArtifactInfo
from edge.runtimes.minimum import Installed, why_too_old
from edge.runtimes.tflite_package import PACKAGES

# Packages whose newest versions have wheels, on Linux.
WHEEL_ARCHITECTURES = ("aarch64", "x86_64")

INSTALL = "'python3 -m venv ~/.venv && ~/.venv/bin/pip install squeezebert-edge' there"

# What runs a format from Python, best first.
PYTHON_PACKAGES = {
    "tflite": tuple(package.name for package in PACKAGES),
    "onnx": ("onnxruntime",),
    "executorch": ("executorch",),
}


def why_not_in_python(artifact: ArtifactInfo, information: DeviceInformation) -> str | None:
    """Return None if squeezebert-edge there runs `artifact` right, else why not and what to do."""
    name, runtimes, architecture = information.name, information.runtimes, information.architecture
    if (reason := _needs_apple(artifact, name)) is not None:
        return reason
    if "squeezebert-edge" not in runtimes:
        if architecture not in WHEEL_ARCHITECTURES:
            return (
                f"{name}: its system is {architecture}, for which ai-edge-litert has no wheels; install a 64-bit system"
            )
        return f"{name}: squeezebert-edge is not installed: run {INSTALL}"
    packages = PYTHON_PACKAGES[artifact.format]
    installed = next((Installed(each, runtimes[each]) for each in packages if each in runtimes), None)
    if installed is None:
        if artifact.format == "executorch":
            return f"{name}: has no executorch; use --runner native"
        advice = f"pip install '{packages[0]}>={artifact.minimum_runtime.get(packages[0], '0')}' there"
        if architecture not in WHEEL_ARCHITECTURES:
            advice = f"it has no wheels for {architecture}: install a 64-bit system"
        return f"{name}: has no {packages[0]}; {advice}"
    reason = why_too_old(installed, artifact.minimum_runtime)
    return None if reason is None else f"{name}: {reason}"


def why_not_natively(artifact: ArtifactInfo, information: DeviceInformation) -> str | None:
    """Return None if the native runner runs `artifact` right there, else why not and what to do."""
    if (reason := _needs_apple(artifact, information.name)) is not None:
        return reason
    if artifact.format != "executorch":
        return f"{information.name}: the native runner runs .pte only, not .{artifact.format}; use --runner python"
    version = information.runtimes.get("executorch", "0")
    reason = why_too_old(Installed("executorch", version), artifact.minimum_runtime)
    return None if reason is None else f"{information.name}: {reason}"


def _needs_apple(artifact: ArtifactInfo, name: str) -> str | None:
    if "coreml" in (artifact.format, artifact.backend):
        return f"{name}: Core ML is on Apple's systems only; take another format"
    return None
