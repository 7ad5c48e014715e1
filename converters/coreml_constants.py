"""Equal small constants of a Core ML program, stored once.

coremltools writes one for each use: the equation of every product of every head, every axis. They are a third of the
program, and each function of a package has them again.
"""

from typing import Any


def share_constants(spec: Any) -> None:
    """Let operations of a function that read equal constants read one of them, in the model specification `spec`.

    Constants in the weight file are left alone: coremltools has compared these already.
    """
    for function in spec.mlProgram.functions.values():
        _share_in_block(function.block_specializations[function.opset])


def _share_in_block(block: Any) -> None:
    names: dict[bytes, str] = {}
    same: dict[str, str] = {}
    kept = []
    for operation in block.operations:
        if operation.type == "const" and operation.attributes["val"].WhichOneof("value") == "immediateValue":
            name = operation.outputs[0].name
            known = names.setdefault(operation.attributes["val"].SerializeToString(deterministic=True), name)
            if known != name:
                same[name] = known
                continue
        for given in operation.inputs.values():
            for argument in given.arguments:
                if argument.name in same:
                    argument.name = same[argument.name]
        kept.append(operation)
    results = [same.get(name, name) for name in block.outputs]
    del block.operations[:]
    block.operations.extend(kept)
    block.outputs[:] = results
