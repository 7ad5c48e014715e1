"""Reading a bundle, finding damage in it, and writing it all at once or not at all."""

import json
import os
import shutil
from pathlib import Path

import pytest

from edge.bundle import check_target, damaged_files, new_bundle, open_bundle
from edge.errors import InputError
from tests.checkpoints import change_json


def refusal(call, *arguments):
    with pytest.raises(InputError) as error:
        call(*arguments)
    message = str(error.value)
    assert "\n" not in message
    return message


def write_bundle(target, force=False, content="new"):
    with new_bundle(target, force) as draft:
        (draft / "manifest.json").write_text(content)


def test_artifact_is_found_by_its_id(small_bundle):
    bundle = open_bundle(small_bundle)

    artifact = bundle.artifact("tflite-int8-dynamic-32")

    assert artifact.sequence_lengths == [32]
    assert bundle.path(artifact) == small_bundle / "tflite" / "int8-dynamic-32.tflite"


def test_unknown_artifact_is_refused_with_the_known_ones(small_bundle):
    message = refusal(open_bundle(small_bundle).artifact, "tflite-fp32-16")

    assert "no artifact 'tflite-fp32-16'" in message
    assert "coreml-int8-weight-16" in message


def test_missing_folder_is_refused(tmp_path):
    assert "no such bundle" in refusal(open_bundle, tmp_path / "intents")


def test_folder_without_manifest_is_refused(tmp_path):
    assert "not a bundle" in refusal(open_bundle, tmp_path)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe"])
def test_damaged_manifest_is_refused(copied_bundle, content):
    (copied_bundle / "manifest.json").write_bytes(content)

    assert "damaged" in refusal(open_bundle, copied_bundle)


def test_manifest_that_is_no_file_is_refused(tmp_path):
    (tmp_path / "manifest.json").mkdir()

    assert "cannot be read" in refusal(open_bundle, tmp_path)


@pytest.mark.parametrize("version", [2, "1", None, ...])
def test_other_schema_version_is_refused(copied_bundle, version):
    change_json(copied_bundle / "manifest.json", schema_version=version)

    assert "schema version" in refusal(open_bundle, copied_bundle)


def test_manifest_with_a_wrong_field_is_refused_by_its_name(copied_bundle):
    change_json(copied_bundle / "manifest.json", max_length="long")

    assert "max_length" in refusal(open_bundle, copied_bundle)


@pytest.mark.parametrize("file", ["/etc/passwd", "../secret", "golden/../../secret"])
def test_manifest_that_points_outside_is_refused(copied_bundle, file):
    manifest = json.loads((copied_bundle / "manifest.json").read_text())
    manifest["golden"][0]["file"] = file
    change_json(copied_bundle / "manifest.json", golden=manifest["golden"])

    assert "outside of the bundle" in refusal(open_bundle, copied_bundle)


def test_intact_bundle_has_no_damaged_files(small_bundle):
    assert damaged_files(open_bundle(small_bundle)) == []


@pytest.mark.parametrize(
    ("listed", "changed"),
    [
        ("tflite/int8-dynamic-16.tflite", "tflite/int8-dynamic-16.tflite"),
        ("golden/32.f32", "golden/32.f32"),
        ("tokenizer/vocab.txt", "tokenizer/vocab.txt"),
        (
            "coreml/int8-weight-16.mlpackage",
            "coreml/int8-weight-16.mlpackage/Data/com.apple.CoreML/weights/weight.bin",
        ),
    ],
)
def test_one_changed_byte_is_found(copied_bundle, listed, changed):
    content = bytearray((copied_bundle / changed).read_bytes())
    content[len(content) // 2] ^= 1
    (copied_bundle / changed).write_bytes(content)

    assert damaged_files(open_bundle(copied_bundle)) == [f"{listed}: its checksum differs from the manifest's"]


def test_missing_file_is_found(copied_bundle):
    (copied_bundle / "onnx" / "int8-dynamic-16.onnx").unlink()

    assert damaged_files(open_bundle(copied_bundle)) == ["onnx/int8-dynamic-16.onnx: missing"]


def test_file_added_to_a_package_is_found(copied_bundle):
    (copied_bundle / "coreml" / "int8-weight-32.mlpackage" / "extra.txt").write_text("")

    assert len(damaged_files(open_bundle(copied_bundle))) == 1


def test_bundle_appears_only_at_the_end(tmp_path):
    target = tmp_path / "intents"

    with new_bundle(target, force=False) as draft:
        (draft / "manifest.json").write_text("new")
        assert not target.exists()

    assert (target / "manifest.json").read_text() == "new"
    assert os.listdir(tmp_path) == ["intents"]


def test_everyone_may_read_a_bundle(tmp_path):
    write_bundle(tmp_path / "intents")

    assert (tmp_path / "intents").stat().st_mode & 0o777 == 0o755


def test_failed_build_leaves_nothing_not_even_its_parents(tmp_path):
    with pytest.raises(ZeroDivisionError), new_bundle(tmp_path / "a" / "b" / "intents", force=False) as draft:
        (draft / "golden").write_text(str(1 // 0))

    assert os.listdir(tmp_path) == []


def test_failed_build_leaves_the_bundle_that_was_there(tmp_path):
    write_bundle(tmp_path / "intents", content="old")

    with pytest.raises(KeyboardInterrupt), new_bundle(tmp_path / "intents", force=True):
        raise KeyboardInterrupt

    assert (tmp_path / "intents" / "manifest.json").read_text() == "old"
    assert os.listdir(tmp_path) == ["intents"]


def test_failed_exchange_leaves_the_bundle_that_was_there(tmp_path):
    write_bundle(tmp_path / "intents", content="old")

    with pytest.raises(InputError, match="cannot be replaced"), new_bundle(tmp_path / "intents", force=True) as draft:
        # So that it cannot be moved into place.
        shutil.rmtree(draft)

    assert (tmp_path / "intents" / "manifest.json").read_text() == "old"
    assert os.listdir(tmp_path) == ["intents"]


def test_bundle_is_replaced_with_force(tmp_path):
    write_bundle(tmp_path / "intents", content="old")

    write_bundle(tmp_path / "intents", force=True)

    assert (tmp_path / "intents" / "manifest.json").read_text() == "new"
    assert os.listdir(tmp_path) == ["intents"]


def test_bundle_behind_a_link_is_replaced_and_the_link_stays(tmp_path):
    write_bundle(tmp_path / "versions" / "1", content="old")
    (tmp_path / "latest").symlink_to(tmp_path / "versions" / "1")

    write_bundle(tmp_path / "latest", force=True)

    assert (tmp_path / "latest").is_symlink()
    assert (tmp_path / "versions" / "1" / "manifest.json").read_text() == "new"


def test_bundle_is_not_replaced_without_force(tmp_path):
    write_bundle(tmp_path / "intents", content="old")

    assert "--force" in refusal(check_target, tmp_path / "intents", False)


def test_bundle_that_appeared_meanwhile_is_not_replaced(tmp_path):
    with pytest.raises(InputError, match="--force"), new_bundle(tmp_path / "intents", force=False):
        write_bundle(tmp_path / "intents", content="another build's")

    assert (tmp_path / "intents" / "manifest.json").read_text() == "another build's"


@pytest.mark.parametrize("force", [False, True])
def test_folder_that_is_no_bundle_is_never_replaced(tmp_path, force):
    (tmp_path / "thesis.txt").write_text("years of work")

    assert "is not a bundle" in refusal(check_target, tmp_path, force)


@pytest.mark.parametrize("force", [False, True])
def test_file_is_never_replaced(tmp_path, force):
    (tmp_path / "thesis.txt").write_text("years of work")

    assert "is not a bundle" in refusal(check_target, tmp_path / "thesis.txt", force)


def test_empty_folder_becomes_a_bundle(tmp_path):
    (tmp_path / "intents").mkdir()

    write_bundle(tmp_path / "intents")

    assert (tmp_path / "intents" / "manifest.json").is_file()


def test_current_folder_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert "current folder" in refusal(check_target, tmp_path, True)


def test_place_below_a_file_is_refused(tmp_path):
    (tmp_path / "notes").write_text("")

    assert "is a file" in refusal(check_target, tmp_path / "notes" / "intents", False)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_place_without_permission_is_refused(tmp_path):
    tmp_path.chmod(0o555)

    assert "no permission" in refusal(check_target, tmp_path / "intents", False)


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="/proc is Linux")
def test_place_that_the_system_forbids_is_refused():
    def build():
        write_bundle(Path("/proc/sys/intents"))

    assert "choose another --out" in refusal(build)
