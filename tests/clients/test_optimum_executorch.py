"""optimum-executorch loads a .pte of int64 inputs and computes the logits of the checkpoint."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from converters import convert
from converters.file_options import FileOptions
from edge.checkpoint import load_checkpoint
from quantize import find_recipe
from tests.checkpoints import save_bert, saved_model

pytestmark = pytest.mark.client

LENGTH = 16
TOKENS = 9

# In its own environment: a folder with config.json and model.pte, then ids; prints what it has read and the logits.
PROGRAM = """
import json, sys
import torch
from optimum.executorch import ExecuTorchModelForMaskedLM

folder, ids = sys.argv[1], json.loads(sys.argv[2])
model = ExecuTorchModelForMaskedLM.from_pretrained(folder)
input_ids = torch.tensor([ids])
logits = model.forward(input_ids, torch.ones_like(input_ids))
read = {name: getattr(model, name) for name in ("max_cache_size", "max_batch_size", "dtype", "vocab_size")}
print()
print(json.dumps({"read": read, "shape": list(logits.shape), "logits": logits.flatten().tolist()}))
"""


@pytest.fixture(scope="module")
def checkpoint_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_bert(tmp_path_factory.mktemp("checkpoint") / "mask", task="fill-mask")


@pytest.fixture(scope="module")
def folder(checkpoint_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder as optimum-executorch writes one: the configuration, and the program as model.pte."""
    made = tmp_path_factory.mktemp("optimum")
    (artifact,) = convert(
        "executorch",
        load_checkpoint(checkpoint_folder),
        (find_recipe("fp32"),),
        LENGTH,
        made,
        {},
        options=FileOptions(input_dtype="int64"),
    )
    artifact.path.rename(made / "model.pte")
    (made / "config.json").write_bytes((checkpoint_folder / "config.json").read_bytes())
    return made


def test_a_masked_language_model_computes_the_checkpoints_logits(
    optimum_executorch_python: Path, checkpoint_folder: Path, folder: Path
) -> None:
    import torch

    model = saved_model(checkpoint_folder)
    ids = np.random.default_rng(0).integers(5, 150, TOKENS).tolist()
    with torch.no_grad():
        expected = model(torch.tensor([ids])).logits.numpy()

    finished = subprocess.run(
        [str(optimum_executorch_python), "-c", PROGRAM, str(folder), json.dumps(ids)],
        capture_output=True,
        text=True,
        timeout=300,
        env={"HF_HUB_OFFLINE": "1", "PATH": "/usr/bin:/bin"},
    )

    assert finished.returncode == 0, finished.stderr
    answer = json.loads(finished.stdout.splitlines()[-1])
    assert answer["shape"] == list(expected.shape)
    np.testing.assert_allclose(np.reshape(answer["logits"], expected.shape), expected, atol=1e-4)
    assert answer["read"] == {
        "max_cache_size": LENGTH,
        "max_batch_size": 1,
        "dtype": 6,
        "vocab_size": model.config.vocab_size,
    }
