"""A .tflite with metadata computes what it computed without, in every runtime that reads it; and who gets metadata."""

import io
import mmap
import struct
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter

from converters import FileOptions, convert
from converters.mediapipe import why_not_served, writes_metadata
from converters.model_description import ModelDescription
from converters.tflite_metadata import add_metadata
from edge.checkpoint import Checkpoint, load_checkpoint
from edge.errors import InputError
from edge.tokenizer import Tokenizer
from quantize import find_recipe
from quantize.tflite_graph import ALIGNMENT, TFLiteGraph
from tests.checkpoints import VOCABULARY, change_json, save_bert, save_sentence_transformer, save_squeezebert
from tests.plans import static_plan

LENGTH = 16
LABELS = ("book a flight", "größer", "other")
RECIPES = ("fp32", "int8-dynamic", "int8-static")
DESCRIPTION = ModelDescription("BERT", "An encoder.", "Ada", "mit", "0123")


def convert_all(checkpoint: Checkpoint, folder: Path, metadata: str | None):
    folder.mkdir()
    recipes = tuple(find_recipe(name) for name in RECIPES)
    plans = {"int8-static": static_plan(checkpoint, LENGTH)}
    artifacts = convert("tflite", checkpoint, recipes, LENGTH, folder, plans, options=FileOptions(metadata=metadata))
    return {artifact.recipe: artifact for artifact in artifacts}


@pytest.fixture(scope="module")
def classifier(tmp_path_factory):
    folder = save_squeezebert(tmp_path_factory.mktemp("checkpoint") / "intents", labels=LABELS)
    (folder / "README.md").write_text("---\nlicense: mit\nauthor: Ada\n---\n")
    return load_checkpoint(folder)


@pytest.fixture(scope="module")
def embedder(tmp_path_factory):
    return load_checkpoint(save_sentence_transformer(tmp_path_factory.mktemp("checkpoint") / "sentences"))


@pytest.fixture(scope="module")
def files(classifier, embedder, tmp_path_factory):
    """Artifacts by checkpoint, metadata and recipe."""
    folder = tmp_path_factory.mktemp("files")
    checkpoints = {"classifier": classifier, "embedder": embedder}
    return {
        (name, metadata): convert_all(checkpoint, folder / f"{name}-{metadata}", metadata)
        for name, checkpoint in checkpoints.items()
        for metadata in (None, "none")
    }


def arrays(names):
    values = {
        "input_ids": [2, 10, 44, 50, 99, 3] + [0] * 10,
        "attention_mask": [1] * 6 + [0] * 10,
        "token_type_ids": [0] * 16,
    }
    return {name: np.array([values[name]], np.int32) for name in names}


def run(artifact):
    return Interpreter(str(artifact.path)).get_signature_runner()(**arrays(spec.name for spec in artifact.inputs))


def parsed(content):
    return schema.ModelT.InitFromObj(schema.Model.GetRootAs(content, 0))


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize(("name", "output"), [("classifier", "logits"), ("embedder", "sentence_embedding")])
def test_what_was_computed_stays_the_same_to_the_last_bit(files, name, output, recipe):
    described, plain = (run(files[name, metadata][recipe])[output] for metadata in (None, "none"))

    np.testing.assert_array_equal(described, plain)


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_classifier_s_first_output_is_the_softmax(files, recipe):
    artifact = files["classifier", None][recipe]
    outputs = run(artifact)

    assert [spec.name for spec in artifact.outputs] == ["probabilities", "logits"]
    expected = np.exp(outputs["logits"]) / np.exp(outputs["logits"]).sum()
    np.testing.assert_allclose(outputs["probabilities"], expected, atol=1e-6)


def test_an_embedder_takes_segments_that_change_nothing(files):
    artifact = files["embedder", None]["int8-dynamic"]
    runner = Interpreter(str(artifact.path)).get_signature_runner()
    inputs = arrays(("input_ids", "attention_mask", "token_type_ids"))

    first = runner(**inputs)["sentence_embedding"]
    second = runner(**inputs | {"token_type_ids": np.ones((1, LENGTH), np.int32)})["sentence_embedding"]

    assert [spec.name for spec in artifact.inputs] == ["input_ids", "attention_mask", "token_type_ids"]
    np.testing.assert_array_equal(first, second)


def test_without_metadata_inputs_and_outputs_are_the_encoder_s(files):
    classifier, embedder = files["classifier", "none"]["fp32"], files["embedder", "none"]["fp32"]

    assert [spec.name for spec in classifier.outputs] == ["logits"]
    assert [spec.name for spec in embedder.inputs] == ["input_ids", "attention_mask"]
    assert not zipfile.is_zipfile(classifier.path)


@pytest.mark.parametrize("recipe", RECIPES)
def test_vocabulary_and_labels_lie_uncompressed_behind_the_flatbuffer(files, recipe):
    content = files["classifier", None][recipe].path.read_bytes()
    archive = zipfile.ZipFile(io.BytesIO(content))

    assert archive.read("vocab.txt").decode() == "".join(f"{token}\n" for token in VOCABULARY)
    assert archive.read("labels.txt").decode() == "book a flight\ngrößer\nother\n"
    for entry in archive.infolist():
        # Offsets count from the begin of the file, as a reader of the whole file takes them.
        assert content[entry.header_offset :].startswith(b"PK\x03\x04")
        assert (entry.compress_type, entry.date_time) == (zipfile.ZIP_STORED, (1980, 1, 1, 0, 0, 0))


def test_the_same_checkpoint_gives_the_same_bytes(classifier, files, tmp_path):
    again = convert_all(classifier, tmp_path / "again", None)

    for recipe, artifact in files["classifier", None].items():
        assert again[recipe].path.read_bytes() == artifact.path.read_bytes()


@pytest.mark.parametrize("recipe", RECIPES)
def test_constants_stay_aligned(files, recipe):
    content = files["classifier", None][recipe].path.read_bytes()
    for number, buffer in enumerate(parsed(content).buffers):
        if buffer.data is not None:
            table = schema.Model.GetRootAs(content, 0).Buffers(number)._tab
            assert table.Vector(table.Offset(4)) % ALIGNMENT == 0


def test_a_memory_mapped_file_runs(files):
    artifact = files["classifier", None]["int8-dynamic"]
    with artifact.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        runner = Interpreter(model_content=bytes(mapped)).get_signature_runner()
        outputs = runner(**arrays(spec.name for spec in artifact.inputs))

    np.testing.assert_array_equal(outputs["logits"], run(artifact)["logits"])


def test_constants_behind_the_flatbuffer_are_brought_inside(files):
    artifact = files["embedder", "none"]["fp32"]
    inside = artifact.path.read_bytes()
    outside = constants_outside(inside)

    described = add_metadata(outside, DESCRIPTION, VOCABULARY, ())

    assert len(parsed(outside).buffers) > 5
    assert all(buffer.data is None for buffer in parsed(outside).buffers)
    assert described == add_metadata(inside, DESCRIPTION, VOCABULARY, ())
    for content in (outside, described):
        runner = Interpreter(model_content=content).get_signature_runner()
        found = runner(**arrays(runner.get_input_details()))["sentence_embedding"]
        np.testing.assert_array_equal(found, run(artifact)["sentence_embedding"])


def constants_outside(content):
    """Return a .tflite whose buffers have an offset and a size only, as LiteRT's converter writes large models."""
    model = parsed(content)
    stored = [(index, bytes(buffer.data)) for index, buffer in enumerate(model.buffers) if buffer.data is not None]
    for _, buffer in enumerate(model.buffers):
        buffer.data = None
    for index, data in stored:
        # Stand-ins of the right width, so that the flatbuffer's own size is known before the offsets are.
        model.buffers[index].offset, model.buffers[index].size = 1 << 40, len(data)
    places, end = {}, -(-len(packed(model)) // ALIGNMENT) * ALIGNMENT
    for index, data in stored:
        places[index] = end
        end += -(-len(data) // ALIGNMENT) * ALIGNMENT
    for index, place in places.items():
        model.buffers[index].offset = place
    whole = bytearray(end)
    head = packed(model)
    whole[: len(head)] = head
    for index, data in stored:
        whole[places[index] : places[index] + len(data)] = data
    return bytes(whole)


def packed(model):
    import flatbuffers

    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def test_the_file_describes_itself(files):
    model = parsed(files["classifier", None]["int8-static"].path.read_bytes())
    (entry,) = (entry for entry in model.metadata if entry.name == b"TFLITE_METADATA")
    content = bytes(model.buffers[entry.buffer].data)

    assert content[4:8] == b"M001"
    for text in (b"Ada", b"mit", b"SqueezeBERT text-classification", b"1.1.0", b"segment_ids", b"vocab.txt"):
        # A string of a flatbuffer has its length before it and a zero behind.
        assert struct.pack("<I", len(text)) + text + b"\0" in content
    assert b"int8-static" in model.description


def test_a_single_label_has_its_value_as_it_is(tmp_path):
    """A regression: a softmax of one value would always be 1."""
    checkpoint = load_checkpoint(save_bert(tmp_path / "score", labels=("score",)))

    artifacts = convert(
        "tflite", checkpoint, (find_recipe("fp32"),), LENGTH, tmp_path, {}, options=FileOptions(metadata="mediapipe")
    )

    assert [spec.name for spec in artifacts[0].outputs] == ["logits"]
    assert zipfile.ZipFile(artifacts[0].path).read("labels.txt") == b"score\n"


@pytest.mark.parametrize(
    "task", ["feature-extraction", "token-classification", "question-answering", "fill-mask", "multiple-choice"]
)
def test_tasks_that_mediapipe_does_not_serve(tmp_path, task):
    checkpoint = load_checkpoint(save_bert(tmp_path / "model", task))

    assert not writes_metadata(None, checkpoint)
    with pytest.raises(InputError, match=f"text-classification and sentence embeddings, not {task}"):
        writes_metadata("mediapipe", checkpoint)


def test_a_cased_checkpoint_is_not_served(tmp_path):
    folder = save_bert(tmp_path / "cased")
    (folder / "tokenizer.json").unlink()
    change_json(folder / "tokenizer_config.json", do_lower_case=False)

    assert "it lowers every text, the checkpoint's does not" in why_not_served(load_checkpoint(folder))


def test_a_vocabulary_of_other_letters_is_not_served(tmp_path):
    vocabulary = (*VOCABULARY, *("".join(chr(0x430 + (i * 7 + j * 3) % 32) for j in range(4)) for i in range(32)))
    checkpoint = load_checkpoint(save_bert(tmp_path / "russian", vocabulary=vocabulary))

    assert "lowers the letters A to Z only" in why_not_served(checkpoint)


def test_labels_that_no_line_can_hold_are_not_served(classifier):
    assert why_not_served(classifier) is None
    assert "a label from each line" in why_not_served(replace(classifier, labels=("yes", "no\nmaybe", "other")))


def test_a_vocabulary_in_lines_is_the_tokenizer_s(classifier):
    assert tuple(Tokenizer(classifier.directory).vocabulary) == VOCABULARY


def test_a_graph_knows_its_ends_by_name(files):
    inputs, outputs = TFLiteGraph(files["classifier", None]["fp32"].path.read_bytes()).ends

    assert set(inputs) == {"input_ids", "attention_mask", "token_type_ids"}
    assert list(outputs) == ["probabilities", "logits"]
