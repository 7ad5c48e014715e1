"""Runs a .tflite on one thread between two markers for qemu's plugin (instruction_count.c), by the guest's Python.

``tflite_program.py MODEL FOLDER INFERENCES`` takes FOLDER/input-<i>.bin, writes FOLDER/output-<i>.bin, plain arrays in
the interpreter's order, and FOLDER/maps.txt, where which library lies. It imports nothing of this project.
"""

import ctypes
import sys
from pathlib import Path

MARKER_CALL = 12021  # of instruction_count.c


def main(model: str, folder: Path, inferences: int) -> None:
    """Run `model`."""
    import numpy as np
    from ai_edge_litert.interpreter import Interpreter

    mark = ctypes.CDLL(None).syscall
    interpreter = Interpreter(model, num_threads=1)
    interpreter.allocate_tensors()
    for index, tensor in enumerate(interpreter.get_input_details()):
        values = np.fromfile(folder / f"input-{index}.bin", tensor["dtype"])
        interpreter.set_tensor(tensor["index"], values.reshape(tensor["shape"]))
    interpreter.invoke()  # packs weights, fills caches
    mark(MARKER_CALL)
    for _ in range(inferences):
        interpreter.invoke()
    mark(MARKER_CALL)
    for index, tensor in enumerate(interpreter.get_output_details()):
        interpreter.get_tensor(tensor["index"]).tofile(folder / f"output-{index}.bin")
    (folder / "maps.txt").write_text(Path("/proc/self/maps").read_text())


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
