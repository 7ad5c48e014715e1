"""transformers.js, in Node.js and in browsers."""

from collections.abc import Mapping
from pathlib import Path

from edge.bundle import Bundle
from edge.clients.hugging_face_files import write_config, write_tokenizer
from edge.clients.onnx_model import outputs_in_words, write_onnx_model
from edge.clients.onnx_snippets import TRANSFORMERS_JS, snippet
from edge.manifest import ArtifactInfo

# File name and dtype under which transformers.js looks for it: int8 recipes are its "q8".
FLOAT, INT8 = ("model.onnx", "fp32"), ("model_quantized.onnx", "q8")


def write(bundle: Bundle, artifact: ArtifactInfo, directory: Path) -> Mapping[str, str]:
    """Write onnx/model_quantized.onnx (fp32: onnx/model.onnx), config.json and the tokenizer into `directory`."""
    file_name, dtype = FLOAT if artifact.recipe == "fp32" else INT8
    (directory / "onnx").mkdir()
    model = write_onnx_model(bundle, artifact, directory / "onnx" / file_name)
    # transformers.js has a BERT class for each task and SqueezeBERT classes for three. All run the same graph.
    write_config(directory, model, "bert", **{"transformers.js_config": {"dtype": dtype}})
    # Its BertTokenizer always returns token types, which the model takes only where an example may have two texts.
    has_token_types = "token_type_ids" in model.inputs
    write_tokenizer(directory, bundle, model, "BertTokenizer" if has_token_types else "PreTrainedTokenizer")
    return {
        "file": file_name,
        "dtype": dtype,
        "inputs": ", ".join(model.inputs),
        "outputs": outputs_in_words(model),
        "snippet": snippet(TRANSFORMERS_JS, model),
    }
