"""`edge.build` of a model in memory: the same as building from the folder that it would be saved to."""

import json

import pytest
import torch
import transformers

import edge
from edge.checkpoint import load_checkpoint
from edge.checkpoint.model_object import checkpoint_source
from edge.errors import InputError
from tests.checkpoints import save_bert, save_squeezebert, saved_model

ONE_ARTIFACT = {"formats": ["onnx"], "sequence_lengths": [16]}
REPORTS = ("report.html", "report.json")


@pytest.fixture
def model(small_checkpoint):
    return saved_model(small_checkpoint)


@pytest.fixture(scope="module")
def tokenizer(small_checkpoint):
    return transformers.AutoTokenizer.from_pretrained(small_checkpoint)


@pytest.fixture(scope="module")
def saved(small_checkpoint, tokenizer, tmp_path_factory):
    """Return the folder that a user would save the model to."""
    folder = tmp_path_factory.mktemp("saved") / "sentiment"
    saved_model(small_checkpoint).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def built(small_checkpoint, tokenizer, tmp_path_factory):
    folder = tmp_path_factory.mktemp("built") / "sentiment"
    edge.build(saved_model(small_checkpoint), folder, tokenizer=tokenizer, **ONE_ARTIFACT)
    return folder


@pytest.fixture
def rows(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "good", "label": "positive"}\n{"text": "bad", "label": "negative"}\n')
    return path


def contents(folder):
    files = [path for path in folder.rglob("*") if path.is_file() and path.name not in REPORTS]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def read(model, tokenizer=None, task=None):
    with checkpoint_source(model, tokenizer) as source:
        return load_checkpoint(source, task)


def refusal(model, tokenizer=None):
    with pytest.raises(InputError) as error:
        read(model, tokenizer)
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.usefixtures("cache_folder")
def test_bundle_is_that_of_the_saved_folder(built, saved, tmp_path):
    edge.build(saved, tmp_path / "bundle", **ONE_ARTIFACT)

    assert contents(built) == contents(tmp_path / "bundle")


def test_bundle_answers(built):
    assert edge.load(built)("good money")[0].label in ("negative", "neutral", "positive")


def test_no_file_names_the_temporary_folder(built):
    for path in built.rglob("*"):
        assert path.is_dir() or b"squeezebert-edge-" not in path.read_bytes()
    assert json.loads((built / "report.json").read_text())["checkpoint"] is None


def test_evaluation_asks_for_the_saved_model(built, rows):
    with pytest.raises(
        InputError, match=r"built from memory has to be saved first\); pass its checkpoint with --checkpo"
    ):
        edge.evaluate(built, rows)


def test_evaluation_takes_the_saved_model(built, saved, rows):
    assert edge.evaluate(built, rows, checkpoint=saved).reference_source == f"checkpoint {saved}"


def test_use_of_the_tokenizer_changes_nothing(model, saved):
    tokenizer = transformers.AutoTokenizer.from_pretrained(saved)
    tokenizer(["good", "bad money"], truncation=True, padding=True, max_length=8)

    assert read(model, tokenizer).source_sha256 == load_checkpoint(saved).source_sha256


def test_training_mode_and_types_of_the_user_s_model_stay(model, tokenizer):
    read(model.train().half(), tokenizer)

    assert model.training
    assert model.dtype == torch.float16


def test_half_precision_is_read_as_it_would_be_from_a_file(model, tokenizer):
    expected = model.classifier.weight.detach().half().float()

    weights = read(model.half(), tokenizer).weights

    assert weights["classifier.weight"].dtype == torch.float32
    assert torch.equal(weights["classifier.weight"], expected)


def test_tied_weights_are_one_tensor(tmp_path):
    folder = save_bert(tmp_path / "words", "fill-mask")
    weights = read(saved_model(folder), transformers.AutoTokenizer.from_pretrained(folder)).weights

    assert weights["cls.predictions.decoder.weight"] is weights["embeddings.word_embeddings.weight"]


@pytest.mark.parametrize("save", [save_squeezebert, save_bert])
def test_task_is_that_of_the_class(save, tmp_path):
    folder = save(tmp_path / "tags", "token-classification", labels=("O", "B-person"))
    checkpoint = read(saved_model(folder), transformers.AutoTokenizer.from_pretrained(folder))

    assert (checkpoint.name, checkpoint.task.name, checkpoint.labels) == (
        "tags",
        "token-classification",
        ("O", "B-person"),
    )


def test_model_that_came_from_nowhere_has_its_class_s_name(model, tokenizer):
    assert read(type(model)(model.config), tokenizer).name == "sentiment"
    model.config.name_or_path = ""
    assert read(type(model)(model.config), tokenizer).name == "SqueezeBertForSequenceClassification"


def test_pipeline_brings_its_tokenizer(model, tokenizer):
    pipeline = transformers.pipeline("text-classification", model=model, tokenizer=tokenizer)

    assert read(pipeline).source_sha256 == read(model, tokenizer).source_sha256


def test_shape_that_is_not_supported_is_refused_with_the_object_s_name(model, tokenizer):
    model.config.is_decoder = True

    assert refusal(model, tokenizer).startswith(
        "SqueezeBertForSequenceClassification object/config.json: is_decoder is"
    )


def test_tokenizer_is_needed(model):
    assert refusal(model) == (
        "SqueezeBertForSequenceClassification object: its tokenizer is missing; pass it too: "
        "edge.build(model, out, tokenizer=tokenizer)"
    )


def test_tokenizer_of_another_library_is_refused(model, tokenizer):
    assert refusal(model, tokenizer.backend_tokenizer).startswith("Tokenizer object: not a tokenizer of transformers")


def test_tokenizer_beside_a_folder_is_refused(small_checkpoint, tokenizer):
    assert "brings its tokenizer; leave tokenizer out" in refusal(small_checkpoint, tokenizer)


def test_tokenizer_beside_a_pipeline_is_refused(model, tokenizer):
    pipeline = transformers.pipeline("text-classification", model=model, tokenizer=tokenizer)

    assert refusal(pipeline, tokenizer).startswith("TextClassificationPipeline object: tokenizer is for a transformers")


def test_model_of_another_kind_is_refused_before_it_is_saved(tokenizer):
    config = transformers.DistilBertConfig(n_layers=1, dim=32, hidden_dim=32, n_heads=2, vocab_size=200)

    assert refusal(transformers.DistilBertModel(config), tokenizer) == (
        "DistilBertModel object: model_type 'distilbert' is not supported; pass a squeezebert or bert model"
    )


def test_module_of_torch_is_refused():
    assert refusal(torch.nn.Linear(2, 2)).startswith("Linear object: cannot be built; pass a folder, a Hub id, a trans")


def test_weights_that_are_not_there_are_refused(model, tokenizer):
    assert "on the device 'meta'" in refusal(model.to("meta"), tokenizer)
