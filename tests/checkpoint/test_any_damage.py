"""Whatever happened to a file, loading works or ends in one line for the user: nothing else."""

import json
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.checkpoint import load_checkpoint
from edge.errors import InputError
from tests.checkpoints import save_sentence_transformer, save_squeezebert

# Loading takes milliseconds but for the first time, when torch is imported.
quick = settings(max_examples=80)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(max_size=8), values, max_size=3),
    max_leaves=6,
)


@pytest.fixture(scope="session")
def folders(tmp_path_factory):
    root = tmp_path_factory.mktemp("intact")
    return {
        "model.safetensors": save_squeezebert(root / "single", layers=1),
        "pytorch_model.bin": save_squeezebert(root / "torch", layers=1, safetensors=False),
        "model.safetensors.index.json": save_squeezebert(root / "sharded", layers=1, shard_size="20KB"),
        "modules.json": save_sentence_transformer(root / "sentences", layers=1),
    }


def loads_or_is_refused(intact, name, content):
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(shutil.copytree(intact, Path(temporary) / "model"))
        (directory / name).write_bytes(content)
        refusal = ""
        try:
            load_checkpoint(directory)
        except InputError as error:
            refusal = str(error)
    assert "\n" not in refusal


@pytest.mark.parametrize("name", ["model.safetensors", "pytorch_model.bin"])
@given(data=st.data())
@quick
def test_overwritten_bytes(folders, name, data):
    content = bytearray((folders[name] / name).read_bytes())
    # Half of the time in the first bytes, where the header is.
    start = data.draw(st.integers(0, 400) | st.integers(0, len(content) - 1))
    garbage = data.draw(st.binary(min_size=1, max_size=64))
    content[start : start + len(garbage)] = garbage

    loads_or_is_refused(folders[name], name, bytes(content))


@pytest.mark.parametrize("name", ["model.safetensors", "pytorch_model.bin"])
@given(data=st.data())
@quick
def test_truncation_is_always_noticed(folders, name, data):
    content = (folders[name] / name).read_bytes()
    kept = data.draw(st.integers(0, len(content) - 1))
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(shutil.copytree(folders[name], Path(temporary) / "model"))
        (directory / name).write_bytes(content[:kept])

        with pytest.raises(InputError, match="not a complete"):
            load_checkpoint(directory)


@pytest.mark.parametrize("name", ["model.safetensors", "pytorch_model.bin", "vocab.txt"])
@given(content=st.binary(max_size=300))
@quick
def test_garbage_instead_of_a_file(folders, name, content):
    loads_or_is_refused(folders.get(name, folders["model.safetensors"]), name, content)


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("model.safetensors", "config.json"),
        ("model.safetensors", "tokenizer.json"),
        ("modules.json", "1_Pooling/config.json"),
        ("modules.json", "sentence_bert_config.json"),
        ("modules.json", "tokenizer_config.json"),
    ],
)
@given(data=st.data())
@quick
def test_any_value_in_any_field(folders, folder, name, data):
    fields = json.loads((folders[folder] / name).read_text())
    changed = data.draw(st.dictionaries(st.sampled_from(sorted(fields)), json_values, min_size=1, max_size=3))

    loads_or_is_refused(folders[folder], name, json.dumps({**fields, **changed}).encode())


@pytest.mark.parametrize("name", ["model.safetensors.index.json", "modules.json"])
@given(content=json_values, placed=st.booleans())
@quick
def test_any_json_instead_of_a_list_of_files(folders, name, content, placed):
    wrapped = {"weight_map": content} if name.endswith("index.json") else [{"type": content, "path": content}]

    loads_or_is_refused(folders[name], name, json.dumps(wrapped if placed else content).encode())
