"""What the app's LiteRT engine relies on: a compiled model, which the app uses, computes what the interpreter does.

The interpreter is what `edge.runtimes.tflite` verifies artifacts with. Both are LiteRT's own here, in Python and for
this machine's processor; the app calls the same code through Kotlin.
"""

import numpy as np
import pytest
from ai_edge_litert.compiled_model import CompiledModel
from ai_edge_litert.options import CpuOptions, Options

import edge
from edge.bundle import open_bundle
from edge.golden import load_golden
from edge.model_inputs import pad_inputs
from edge.runtimes import load_runtime

pytestmark = pytest.mark.android

LENGTH = 16
RECIPES = ("fp32", "int8-dynamic", "int8-static")


@pytest.fixture(scope="module")
def bundle(small_checkpoint, tmp_path_factory):
    """Return a bundle with a .tflite of each recipe."""
    directory = tmp_path_factory.mktemp("litert") / "sentiment"
    edge.build(small_checkpoint, directory, formats=["tflite"], recipes=RECIPES, sequence_lengths=[LENGTH])
    return open_bundle(directory)


@pytest.mark.parametrize("recipe", RECIPES)
def test_computes_the_same_to_the_last_bit(bundle, recipe):
    artifact = bundle.artifact(f"tflite-{recipe}-{LENGTH}")
    path = bundle.path(artifact)
    interpreter = load_runtime("tflite", path, artifact.inputs, artifact.outputs, 2, artifact.minimum_runtime)
    # As the app: options for threads alone, and buffers by the names of the file's first signature.
    compiled = CompiledModel.from_file(str(path), options=Options(cpu_options=CpuOptions(num_threads=2)))
    signature = compiled.get_signature_by_index(0)["key"]
    inputs = {spec.name: compiled.create_input_buffer_by_name(signature, spec.name) for spec in artifact.inputs}
    outputs = {spec.name: compiled.create_output_buffer_by_name(signature, spec.name) for spec in artifact.outputs}
    golden = load_golden(bundle.directory / "golden", LENGTH)

    for example in golden.examples[:8]:
        feed = pad_inputs(example.input_ids, example.token_type_ids, list(inputs), LENGTH, golden.pad_id)
        for name, buffer in inputs.items():
            buffer.write(feed[name])
        compiled.run_by_name(signature, inputs, outputs)

        expected = interpreter.run(feed)
        for spec in artifact.outputs:
            found = outputs[spec.name].read(int(np.prod(spec.shape)), np.float32)
            assert np.array_equal(np.reshape(found, spec.shape), expected[spec.name])
