"""Where a checkpoint comes from: a directory or the Hub."""

import os
import shutil
from pathlib import Path

import huggingface_hub
import pytest
from huggingface_hub.errors import LocalEntryNotFoundError
from huggingface_hub.utils import filter_repo_objects

from edge.checkpoint import load_checkpoint
from tests.checkpoints import change_json, save_bert, save_sentence_transformer, save_squeezebert


class FakeHub:
    """The Hub's download of one folder, file by file as the patterns ask; the network is what it stands in for."""

    def __init__(self, origin, cache):
        self.origin = origin
        self.snapshot = cache / "0123abcd"
        self.revisions = []

    def snapshot_download(self, repo_id, revision=None, allow_patterns=None):
        self.revisions.append((repo_id, revision))
        files = [path.relative_to(self.origin).as_posix() for path in self.origin.rglob("*") if path.is_file()]
        self.snapshot.mkdir(parents=True, exist_ok=True)
        for name in filter_repo_objects(files, allow_patterns=allow_patterns):
            (self.snapshot / name).parent.mkdir(exist_ok=True)
            shutil.copy(self.origin / name, self.snapshot / name)
        return str(self.snapshot)

    @property
    def downloaded(self):
        return {path.relative_to(self.snapshot).as_posix() for path in self.snapshot.rglob("*") if path.is_file()}


@pytest.fixture
def hub_with(tmp_path, monkeypatch):
    def connect(origin):
        hub = FakeHub(origin, tmp_path / "cache")
        monkeypatch.setattr(huggingface_hub, "snapshot_download", hub.snapshot_download)
        monkeypatch.chdir(tmp_path)
        return hub

    return connect


@pytest.fixture
def no_hub(monkeypatch):
    def fail(*arguments, **options):
        raise AssertionError("the Hub was asked")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fail)


def test_directory_is_taken_as_string_path_or_relative(squeezebert, monkeypatch, no_hub):
    monkeypatch.chdir(squeezebert.parent)

    sources = [str(squeezebert), squeezebert, f"{squeezebert}/", "sentiment", "./sentiment", "sentiment/../sentiment"]

    assert {load_checkpoint(source).directory for source in sources} == {squeezebert}


def test_current_directory_has_its_own_name(squeezebert, monkeypatch, no_hub):
    monkeypatch.chdir(squeezebert)

    assert load_checkpoint(".").name == "sentiment"


def test_home_directory_is_expanded(squeezebert, monkeypatch, no_hub):
    monkeypatch.setenv("HOME", str(squeezebert.parent))

    assert load_checkpoint("~/sentiment").directory == squeezebert


@pytest.mark.parametrize(
    "source",
    [
        "./model",
        "../model",
        "/no/such",
        "~/no-such",
        "~nobody-here/model",
        "a/b/c",
        "models/typo",
        "",
        "a b",
        "a\nb",
        "\0",
    ],
)
def test_missing_path_is_refused_without_the_network(tmp_path, monkeypatch, refusal, no_hub, source):
    (tmp_path / "models").mkdir()
    monkeypatch.chdir(tmp_path)

    assert "no such" in refusal(source)


def test_path_object_is_never_a_hub_id(refusal, no_hub):
    assert "no such directory" in refusal(Path("squeezebert-mnli"))


def test_file_is_refused_in_favour_of_its_folder(squeezebert, refusal, no_hub):
    assert "a file; pass the folder" in refusal(squeezebert / "model.safetensors")


@pytest.mark.parametrize("hub_id", ["owner/sentiment", "sentiment"])
def test_hub_model_loads_under_its_last_name(squeezebert, hub_with, hub_id):
    (squeezebert / "pytorch_model.bin").write_bytes(b"the same weights once more")
    (squeezebert / "training_args.bin").write_bytes(b"not needed")
    (squeezebert / "README.md").write_text("# Model card")
    hub = hub_with(squeezebert.rename(squeezebert.with_name("origin")))

    checkpoint = load_checkpoint(hub_id)

    assert checkpoint.name == "sentiment"
    assert checkpoint.directory == hub.snapshot
    assert hub.downloaded == {
        "README.md",
        "config.json",
        "model.safetensors",
        "vocab.txt",
        "tokenizer.json",
        "tokenizer_config.json",
    }


def test_weights_come_from_the_commit_of_the_configuration(intact_squeezebert, hub_with):
    hub = hub_with(intact_squeezebert)

    load_checkpoint("owner/name")

    assert hub.revisions == [("owner/name", None), ("owner/name", "0123abcd")]


@pytest.mark.parametrize(
    "layout", [{"safetensors": False}, {"shard_size": "20KB"}, {"safetensors": False, "shard_size": "20KB"}]
)
def test_every_layout_of_weights_is_downloaded(tmp_path, hub_with, layout):
    hub_with(save_squeezebert(tmp_path / "origin", **layout))

    assert load_checkpoint("owner/name").labels == ("negative", "neutral", "positive")


@pytest.mark.parametrize("folder", ["", "0_Transformer"])
def test_sentence_transformers_model_is_downloaded_whole(tmp_path, hub_with, folder):
    hub_with(save_sentence_transformer(tmp_path / "origin", encoder_folder=folder))

    assert load_checkpoint("owner/name").pooling is not None


def test_unsupported_model_is_refused_before_its_weights_are_downloaded(tmp_path, hub_with, refusal):
    origin = save_bert(tmp_path / "origin")
    change_json(origin / "config.json", model_type="gpt2")
    hub = hub_with(origin)

    assert "model_type 'gpt2'" in refusal("owner/name")
    assert "model.safetensors" not in hub.downloaded


def test_offline_is_one_line(tmp_path, monkeypatch, refusal):
    # The real client, cut off: its message has several lines.
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))

    message = refusal("owner/no-such-model")

    assert message.startswith("owner/no-such-model: no such directory, and the download from the Hub failed")


@pytest.mark.parametrize(
    "error", [LocalEntryNotFoundError("two\nlines"), OSError(28, "disk full"), ValueError(), KeyError("x")]
)
def test_any_failure_of_the_hub_is_one_line(monkeypatch, tmp_path, refusal, error):
    def fail(*arguments, **options):
        raise error

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(huggingface_hub, "snapshot_download", fail)

    assert refusal("owner/name").endswith("pass a local folder or go online")


def test_fingerprint_is_of_the_content_not_the_place(intact_squeezebert, squeezebert):
    assert intact_squeezebert != squeezebert
    assert load_checkpoint(intact_squeezebert).source_sha256 == load_checkpoint(squeezebert).source_sha256


@pytest.mark.parametrize("name", ["config.json", "vocab.txt", "tokenizer.json", "tokenizer_config.json"])
def test_fingerprint_changes_with_every_file_that_is_read(squeezebert, name):
    before = load_checkpoint(squeezebert).source_sha256
    path = squeezebert / name
    path.write_text(path.read_text() + "\n") if path.suffix == ".json" else path.write_text(path.read_text() + "new\n")
    if name == "vocab.txt":
        path.write_text(path.read_text().replace("new\n", "").replace("france", "spain"))

    assert load_checkpoint(squeezebert).source_sha256 != before


def test_fingerprint_ignores_other_files(squeezebert):
    before = load_checkpoint(squeezebert).source_sha256
    (squeezebert / "training_args.bin").write_bytes(b"not needed")
    (squeezebert / "README.md").write_text("# Model card")
    os.utime(squeezebert / "config.json", (0, 0))

    assert load_checkpoint(squeezebert).source_sha256 == before
