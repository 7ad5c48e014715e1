"""What react-native-executorch loads: the exported folder, by its documented calls; itself it runs on phones only."""

import json
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

import edge
from edge.clients import find_client
from edge.clients.export import export
from edge.errors import InputError
from edge.runtimes.executorch_metadata import read_metadata
from tests.checkpoints import save_sentence_transformer, save_squeezebert

LENGTH = 16
TEXTS = ("the book", "the book a car in the house was at home", "a car " * 40)
PACKAGE = "react-native-executorch"


def export_of(save, folder, **options):
    bundle = edge.build(
        save(folder / "checkpoint", **options),
        folder / "bundle",
        formats=["executorch"],
        sequence_lengths=[LENGTH],
        input_dtype="int64",
    )
    export(bundle, find_client("react-native"), folder / "exported")
    return bundle, folder / "exported"


@pytest.fixture(scope="module")
def embedding(tmp_path_factory):
    return export_of(save_sentence_transformer, tmp_path_factory.mktemp("embedding"))


@pytest.fixture(scope="module")
def classifier(tmp_path_factory):
    return export_of(save_squeezebert, tmp_path_factory.mktemp("classifier"))


def token_ids(folder, text):
    """Return what its tokenizer gives: no padding, cut as tokenizer.json says."""
    return Tokenizer.from_file(str(folder / "tokenizer.json")).encode(text).ids


def forward(folder, *rows):
    """Run ``forward`` on int64 tensors of shape [1, tokens], as its C++ code makes them."""
    from executorch.runtime import Runtime

    method = Runtime.get().load_program(folder / "model.pte").load_method("forward")
    return [output.clone().numpy() for output in method.execute([torch.tensor([row]) for row in rows])]


def test_the_folder_has_the_programs_files_only(embedding, classifier):
    assert sorted(path.name for path in embedding[1].iterdir()) == ["README.md", "model.pte", "tokenizer.json"]
    assert sorted(path.name for path in classifier[1].iterdir()) == [
        "README.md",
        "labels.json",
        "model.pte",
        "tokenizer.json",
    ]


# useTextEmbedder, and useTextEmbeddings before 0.10: ids, and a mask that is 1 where an id is not 0.
@pytest.mark.parametrize("text", TEXTS)
def test_text_embeddings_are_those_of_the_bundle(embedding, text):
    bundle, folder = embedding
    ids = token_ids(folder, text)

    (vector,) = forward(folder, ids, [int(each != 0) for each in ids])

    expected = edge.load(bundle.directory)(text)
    assert vector.shape == (1, len(expected))
    assert len(ids) <= LENGTH
    np.testing.assert_allclose(vector[0], expected, atol=1e-5)


# loadModel and model.execute, and useExecutorchModule before 0.10: the inputs in the README's order.
@pytest.mark.parametrize("text", TEXTS)
def test_scores_are_those_of_the_bundle(classifier, text):
    bundle, folder = classifier
    ids = token_ids(folder, text)

    (logits,) = forward(folder, ids, [1] * len(ids), [0] * len(ids))

    labels = json.loads((folder / "labels.json").read_text())
    (prediction,) = edge.load(bundle.directory)(text)
    assert labels[int(logits.argmax())] == prediction.label
    assert read_metadata(folder / "model.pte")["get_labels"] == labels


def test_the_schema_is_the_one_that_use_text_embedder_asks_for(embedding):
    """Its own specification: two int64 inputs [1, L] of one dynamic L, one float32 output [1, D], one equality."""
    (text,) = read_metadata(embedding[1] / "model.pte")["get_model_schema"]
    method = json.loads(text)["forward"]
    tokens = {"kind": "range", "range": {"min": 1, "max": LENGTH, "step": 1}}

    one = {"kind": "constant", "value": 1}
    assert method["inputs"] == [{"kind": "Tensor", "dtype": "int64", "shape": [one, tokens]}] * 2
    (output,) = method["outputs"]
    assert (output["dtype"], [extent["kind"] for extent in output["shape"]]) == ("float32", ["constant"] * 2)
    dims = [{"paramSide": "input", "tensorIdx": index, "dimIdx": 1} for index in range(2)]
    assert method["runtimeConstraints"] == [{"kind": "equality", "dims": dims}]


def test_a_program_of_int32_is_refused(small_bundle, tmp_path):
    from edge.bundle import open_bundle

    with pytest.raises(InputError, match="build with --input-dtype int64"):
        export(open_bundle(small_bundle), find_client("react-native"), tmp_path / "exported")


@pytest.mark.client
@pytest.mark.parametrize("kind", ["embedding", "classifier"])
def test_the_snippet_fits_the_published_types(kind, request, node_folder: Path, tmp_path: Path):
    folder = request.getfixturevalue(kind)[1]
    (snippet,) = re.findall(r"```tsx\n(.*?)```", (folder / "README.md").read_text(), re.DOTALL)
    (tmp_path / "snippet.tsx").write_text(snippet)
    (tmp_path / "node_modules").symlink_to(node_folder / "node_modules")
    options = {
        "strict": True,
        "noEmit": True,
        "jsx": "react-jsx",
        "target": "ES2022",
        "module": "esnext",
        "moduleResolution": "bundler",
        "skipLibCheck": True,
        "types": [],
    }
    (tmp_path / "tsconfig.json").write_text(json.dumps({"compilerOptions": options, "include": ["snippet.tsx"]}))

    compiler = node_folder / "node_modules" / "typescript" / "bin" / "tsc"
    finished = subprocess.run(["node", str(compiler), "-p", str(tmp_path)], capture_output=True, text=True, timeout=300)

    assert finished.stdout == ""
    assert finished.returncode == 0
