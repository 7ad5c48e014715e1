"""What is installed for each client, as data: to add a client, add its packages here."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PythonEnvironment:
    """A virtual environment.

    Attributes
    ----------
    name
        Folder in the laboratory.
    packages
        As pip names them, in the order in which they are installed, each group in one call.
    """

    name: str
    packages: tuple[tuple[str, ...], ...]


# torch first and pinned: any other order lets pip take the build with gigabytes of CUDA packages.
TORCH = ("torch==2.13.0",)

MEDIAPIPE = PythonEnvironment("mediapipe", (("mediapipe==1.2.2",),))
OPTIMUM_ONNX = PythonEnvironment(
    "optimum-onnx", (TORCH, ("optimum-onnx==0.1.0", "transformers==4.57.6", "onnxruntime==1.32.0"))
)
# What models are trained with, in the version of transformers that this project builds with.
TRAINERS = PythonEnvironment(
    "trainers", (TORCH, ("transformers==5.23.0", "peft==0.21.2", "sentence-transformers==6.2.0"))
)
OPTIMUM_EXECUTORCH = PythonEnvironment(
    "optimum-executorch", (TORCH, ("executorch==1.5.1", "optimum-executorch==1.1.0"))
)
PYTHON_ENVIRONMENTS = (MEDIAPIPE, OPTIMUM_ONNX, TRAINERS, OPTIMUM_EXECUTORCH)

# For Node: name and version of each package that is asked for.
NODE = "node"
NODE_PACKAGES = {
    "@huggingface/transformers": "4.3.1",
    # For their types only.
    "@types/react": "19.2.0",
    "react": "19.2.0",
    "react-native": "0.83.0",
    "react-native-executorch": "0.10.2",
    "react-native-worklets": "0.10.0",
    "typescript": "5.9.3",
}
