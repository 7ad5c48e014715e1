"""onnxruntime behind optimum's classes: `ORTModelFor...from_pretrained(DIR)` and transformers' pipelines."""

from collections.abc import Mapping
from pathlib import Path

from edge.bundle import Bundle
from edge.clients.hugging_face_files import write_config, write_tokenizer
from edge.clients.onnx_model import outputs_in_words, write_onnx_model
from edge.clients.onnx_snippets import OPTIMUM, snippet
from edge.manifest import ArtifactInfo


def write(bundle: Bundle, artifact: ArtifactInfo, directory: Path) -> Mapping[str, str]:
    """Write model.onnx, config.json and the tokenizer into the existing folder `directory`."""
    model = write_onnx_model(bundle, artifact, directory / "model.onnx")
    write_config(directory, model, model.config["model_type"])
    # BertTokenizerFast would build its own rules from tokenizer_config.json, over those of tokenizer.json.
    write_tokenizer(directory, bundle, model, "PreTrainedTokenizerFast")
    return {
        "inputs": ", ".join(model.inputs),
        "outputs": outputs_in_words(model),
        "snippet": snippet(OPTIMUM, model),
    }
