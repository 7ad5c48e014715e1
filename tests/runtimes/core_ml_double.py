"""A stand-in for what only macOS has of Core ML: the classes of coremltools that `edge.runtimes.coreml_macos` calls.

Predictions are those of this project's evaluation of the saved package. What coremltools' Python half can do on Linux
(the dataclasses of a plan, the classes of devices, the compute units) is its own.
"""

from pathlib import Path

import numpy as np

from edge.runtimes import coreml
from edge.runtimes.mil.package import function_operations, read_package

# Operators that this Core ML prefers to run on the CPU, and whether its Neural Engine could run them.
ON_CPU = {"gather": False, "cast": True}
BEST_DEVICE = {
    "CPU_ONLY": "MLCPUComputeDevice",
    "CPU_AND_GPU": "MLGPUComputeDevice",
    "CPU_AND_NE": "MLNeuralEngineComputeDevice",
    "ALL": "MLNeuralEngineComputeDevice",
}


class MLModel:
    """What is used of ``coremltools.models.MLModel``."""

    def __init__(self, model, compute_units=None, function_name=None):
        self.compute_unit = compute_units
        self.function_name = function_name
        self._package = Path(model)
        self._evaluation = coreml.evaluate(read_package(self._package), function_name)

    def predict(self, data):
        assert type(data) is dict  # the real one takes no other mapping
        # Core ML gives float16 outputs of a package that declares them.
        outputs = {name: value.astype(np.float16) for name, value in self._evaluation.run(data).items()}
        if self._evaluation.classes is None:
            return outputs
        # A classifier's label is a text and its probabilities are a dictionary.
        answer = self._evaluation.classify(data)
        return {"classLabel": answer.label, "classLabel_probs": dict(answer.probabilities), **outputs}

    def get_compiled_model_path(self):
        return str(self._package / "model.mlmodelc")


class MLComputePlan:
    """What is used of ``coremltools.models.compute_plan.MLComputePlan``."""

    def __init__(self, proxy):
        self._structure, self._units = proxy

    @classmethod
    def load_from_path(cls, path, compute_units=None):
        compiled = Path(path)
        assert compiled.suffix == ".mlmodelc"  # Core ML ends the process where it gets a package
        return cls((make_structure(compiled.parent), compute_units.name))

    @property
    def model_structure(self):
        return self._structure

    def get_compute_device_usage_for_mlprogram_operation(self, operation):
        return make_usage(operation, self._units)

    def get_estimated_cost_for_mlprogram_operation(self, operation):
        return make_cost(operation)


def make_structure(package):
    """Return what Core ML would say of the package's function main: its operators with the prefix of their version."""
    from coremltools.models import compute_plan as real

    operations = [
        real.MLModelStructureProgramOperation(
            inputs={},
            operator_name=operation.type if operation.type == "const" else f"ios17.{operation.type}",
            outputs=[],
            blocks=[],
            __proxy__=None,
        )
        for operation in function_operations(read_package(package))
    ]
    block = real.MLModelStructureProgramBlock(inputs=[], operations=operations, output_names=[])
    program = real.MLModelStructureProgram(
        functions={"main": real.MLModelStructureProgramFunction(inputs=[], block=block)}
    )
    return real.MLModelStructure(neuralnetwork=None, program=program, pipeline=None)


def make_usage(operation, units):
    """Return the devices of an operator; a constant has none."""
    from coremltools.models.compute_plan import MLComputePlanDeviceUsage

    name = operation.operator_name.removeprefix("ios17.")
    if name == "const":
        return None
    cpu, best = make_device("MLCPUComputeDevice"), make_device(BEST_DEVICE[units])
    return MLComputePlanDeviceUsage(
        preferred_compute_device=cpu if name in ON_CPU else best,
        supported_compute_devices=[cpu, best] if ON_CPU.get(name, True) else [cpu],
    )


def make_cost(operation):
    """Return 0.03 for a matrix product, 0.01 for any other operator; a constant has none."""
    from coremltools.models.compute_plan import MLComputePlanCost

    if operation.operator_name == "const":
        return None
    return MLComputePlanCost(weight=0.03 if operation.operator_name in ("ios17.linear", "ios17.matmul") else 0.01)


def make_device(name):
    """Return an instance of one of coremltools' classes, without the native device that it wraps on macOS."""
    from coremltools.models import compute_device

    return object.__new__(getattr(compute_device, name))


class NativeModel:
    """What coremltools' MLModel calls of its native part, as its source of version 9 shows."""

    def __init__(self, path, units, function, hints, asset):
        self._model = MLModel(path, units, function or None)

    def predict(self, data, state):
        return self._model.predict(data)

    def get_compiled_model_path(self):
        return self._model.get_compiled_model_path()

    @staticmethod
    def maximum_supported_specification_version():
        return 10

    @staticmethod
    def get_compute_plan(path, units):
        from coremltools.models.compute_plan import MLComputePlan as Real

        return Real(NativePlan(Path(path), units))


class NativePlan:
    """What coremltools' MLComputePlan calls of its native part."""

    def __init__(self, compiled, units):
        self.model_structure = make_structure(compiled.parent)
        self._units = units

    def get_compute_device_usage_for_mlprogram_operation(self, operation):
        return make_usage(operation, self._units)

    def get_estimated_cost_for_mlprogram_operation(self, operation):
        return make_cost(operation)
