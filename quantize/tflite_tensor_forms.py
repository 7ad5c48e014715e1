"""Float and int8 forms of a graph's tensors, each written where it is first needed.

Operators that only move values (`MOVEMENT_VERSIONS`) move int8 ones as they move floats, in a quarter of the bytes. So
what a layer writes stays int8 until something computes with it in float, and what a layer reads is rounded before it is
cut into the parts that the groups read.
"""

from math import prod
from typing import Any

import numpy as np

from quantize.static_plan import Range
from quantize.tflite_graph import Quantization, TFLiteGraph

# The versions with which runtimes of 2023 know int8; a newer one they would refuse, and none is needed.
QUANTIZE_VERSION = 1
DEQUANTIZE_VERSION = 2
MOVEMENT_VERSIONS = {"RESHAPE": 1, "SLICE": 2, "TRANSPOSE": 2, "CONCATENATION": 2}

# A smaller share of a tensor is rounded by itself: of all tokens a head may read the first only.
SMALLEST_SHARE = 1 / 16


class TensorForms:
    """Writes the operators of a graph anew.

    Parameters
    ----------
    graph
        A float graph; its tensors get int8 ones beside them.

    Attributes
    ----------
    operators
        What was written, in the order of execution.
    """

    def __init__(self, graph: TFLiteGraph) -> None:
        self.operators: list[Any] = []
        self._graph = graph
        # By index of the float tensor: the operator that moves values into it, and its int8 form where that was
        # computed, not rounded from floats.
        self._movements: dict[int, Any] = {}
        self._computed: dict[int, tuple[int, Range]] = {}
        self._rounded: dict[tuple[int, Range], int] = {}
        self._unwritten: set[int] = set()

    def add(self, operator: Any) -> None:
        """Take over an operator that reads and writes floats, or integers that stand for themselves."""
        if self._graph.operator_name(operator) in MOVEMENT_VERSIONS:
            self._movements[int(operator.outputs[0])] = operator
            self._unwritten.add(int(operator.outputs[0]))
            return
        self._write(operator)

    def add_int8(self, operator: Any, target: int, carried: Range) -> None:
        """Add an operator that writes the int8 form, in the range `carried`, of the float tensor `target`."""
        self.operators.append(operator)
        self._computed[target] = int(operator.outputs[0]), carried
        self._unwritten.add(target)

    def new_int8_form(self, tensor: int, carried: Range) -> int:
        """Add a tensor for an int8 form of the float tensor `tensor`, and return its index."""
        scale, zero_point = carried.scale_and_zero_point()
        quantization = Quantization(np.array([scale], np.float32), zero_point)
        source = self._graph.tensor(tensor)
        return self._graph.add_tensor(source.name + b";int8", source.shape, "INT8", quantization)

    def write_float(self, tensor: int) -> None:
        """Write what computes the float form of `tensor`, unless it is there."""
        if tensor not in self._unwritten:
            return
        self._unwritten.remove(tensor)
        carried = self._carried(tensor)
        if carried is None:
            self._write(self._movements[tensor])
        else:
            source = self.int8_form(tensor, carried)
            self.operators.append(self._graph.make_operator("DEQUANTIZE", DEQUANTIZE_VERSION, [source], [tensor]))

    def int8_form(self, tensor: int, carried: Range) -> int:
        """Return the index of the form of `tensor` in the range `carried`, written if it was not there."""
        if self._computed.get(tensor, (-1, None))[1] == carried:
            return self._computed[tensor][0]
        if (tensor, carried) not in self._rounded:
            self._rounded[tensor, carried] = self._write_int8(tensor, carried)
        return self._rounded[tensor, carried]

    def _write_int8(self, tensor: int, carried: Range) -> int:
        movement = self._movements.get(tensor)
        if movement is not None and (self._carried(tensor) == carried or self._is_rounded_before(movement)):
            moved = self._moved(movement)
            inputs = [self.int8_form(each, carried) for each in moved]
            inputs.extend(int(index) for index in movement.inputs[len(moved) :])
            name = self._graph.operator_name(movement)
            version = max(MOVEMENT_VERSIONS[name], self._graph.operator_version(movement))
            result = self.new_int8_form(tensor, carried)
            made = self._graph.make_operator(name, version, inputs, [result], movement.builtinOptions)
        else:
            self.write_float(tensor)
            result = self.new_int8_form(tensor, carried)
            made = self._graph.make_operator("QUANTIZE", QUANTIZE_VERSION, [tensor], [result])
        self.operators.append(made)
        return result

    def _write(self, operator: Any) -> None:
        for index in operator.inputs:
            self.write_float(int(index))
        self.operators.append(operator)

    def _carried(self, tensor: int) -> Range | None:
        """Return the range in which the int8 values of `tensor` were computed, or None if floats were."""
        if tensor in self._computed:
            return self._computed[tensor][1]
        if tensor not in self._movements:
            return None
        ranges = {self._carried(each) for each in self._moved(self._movements[tensor])}
        return ranges.pop() if len(ranges) == 1 else None

    def _is_rounded_before(self, movement: Any) -> bool:
        """Return whether values are to be rounded before `movement` rather than after it."""
        moved = self._moved(movement)
        sizes = [prod(self._graph.tensor(index).shape) for index in (int(movement.outputs[0]), moved[0])]
        return self._carried(moved[0]) is None and len(moved) == 1 and sizes[0] >= SMALLEST_SHARE * sizes[1]

    def _moved(self, movement: Any) -> list[int]:
        """Return the inputs whose values `movement` moves; the others say how."""
        inputs = [int(index) for index in movement.inputs]
        return inputs if self._graph.operator_name(movement) == "CONCATENATION" else inputs[:1]
