"""What a user reads after a mistake: one line on stderr that says what is wrong, and exit status 2."""

import shutil

import pytest


@pytest.fixture
def refusal(squeezebert_edge):
    """Return a function that runs the command line and returns the one line with which that is refused."""

    def refuse(*words):
        finished = squeezebert_edge(*words)
        assert finished.status == 2
        assert finished.stdout == ""
        assert "Traceback" not in finished.stderr
        (line,) = finished.stderr.splitlines()
        assert line.startswith("error: ")
        return line

    return refuse


@pytest.fixture
def build_refusal(refusal, small_checkpoint, tmp_path):
    """Return a function that does the same for a build of the small checkpoint with some options."""

    def refuse(*options, out=tmp_path / "bundle"):
        line = refusal("build", small_checkpoint, "--out", out, *options)
        assert not (tmp_path / "bundle").exists()
        return line

    return refuse


def test_unknown_verb(refusal):
    assert "No such command 'bild'" in refusal("bild")


def test_missing_argument_names_the_help_to_read(refusal):
    assert refusal("build").endswith("Missing argument 'model'; see 'squeezebert-edge build --help'")


def test_missing_option(refusal, small_checkpoint):
    assert "Missing option '--out'" in refusal("build", small_checkpoint)


def test_misspelt_option_shows_the_right_one(build_refusal):
    assert "--frmats (Possible options: --formats)" in build_refusal("--frmats", "onnx")


def test_missing_choice_is_one_line_too(refusal):
    assert "Choose from: recipes, targets, formats, backends, tasks" in refusal("list")


def test_unknown_choice(refusal):
    assert "'models' is not one of 'recipes', 'targets', 'formats', 'backends', 'tasks'" in refusal("list", "models")


def test_missing_checkpoint(refusal, tmp_path):
    assert "no-such-model" in refusal("build", tmp_path / "no-such-model", "--out", tmp_path / "bundle")


def test_folder_without_checkpoint(refusal, tmp_path):
    (tmp_path / "empty").mkdir()

    assert "config.json: no such file" in refusal("build", tmp_path / "empty", "--out", tmp_path / "bundle")


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_empty_file_of_a_checkpoint(refusal, small_checkpoint, tmp_path, name):
    checkpoint = shutil.copytree(small_checkpoint, tmp_path / "damaged")
    (checkpoint / name).write_bytes(b"")

    assert name in refusal("build", checkpoint, "--out", tmp_path / "bundle")


def test_unknown_task(build_refusal):
    assert "unknown task 'translation': choose one of feature-extraction" in build_refusal("--task", "translation")


def test_task_that_the_checkpoint_has_no_head_for(build_refusal):
    assert "question-answering" in build_refusal("--task", "question-answering")


def test_unknown_format(build_refusal):
    assert "unknown format 'gguf': choose one of executorch, coreml" in build_refusal("--formats", "tflite,gguf")


@pytest.mark.parametrize("formats", ["", ",", " , "])
def test_no_format(build_refusal, formats):
    assert "--formats names no format" in build_refusal("--formats", formats)


def test_unknown_recipe(build_refusal):
    assert "unknown recipe 'int4': choose one of fp32" in build_refusal("--recipe", "int4")


def test_unknown_target(build_refusal):
    assert "unknown target 'toaster': choose one of pixel-3" in build_refusal("--target", "toaster")


def test_recipe_that_the_format_does_not_offer(build_refusal):
    message = build_refusal("--formats", "coreml", "--recipe", "int8-dynamic")

    assert "coreml does not offer int8-dynamic: it has fp32, fp16, int8-static, int8-weight" in message


def test_length_above_what_the_checkpoint_serves(build_refusal):
    message = build_refusal("--sequence-length", 65)

    assert "sequence length 65 is out of range: sentiment serves 3 to 64 tokens" in message


def test_length_that_is_no_number(build_refusal):
    assert "'--sequence-length'" in build_refusal("--sequence-length", "long")


def test_existing_bundle(refusal, small_checkpoint, small_bundle):
    message = refusal("build", small_checkpoint, "--out", small_bundle)

    assert "a bundle is there already; add --force to replace it" in message


def test_folder_that_is_no_bundle_is_not_replaced_even_with_force(build_refusal, tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "thesis.txt").write_text("years of work")

    assert "exists and is not a bundle" in build_refusal("--force", out=tmp_path / "notes")
    assert (tmp_path / "notes" / "thesis.txt").read_text() == "years of work"


def test_place_that_cannot_be_written(build_refusal, tmp_path):
    (tmp_path / "file").write_text("")

    assert "file is a file; choose another --out" in build_refusal(out=tmp_path / "file" / "bundle")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("missing.txt", None, "no such file"),
        ("empty.txt", "", "holds no text"),
        ("few.txt", "one\ntwo\n", "need 16 different texts, but only 2 were given"),
        ("texts.docx", "text\n", "data is read from .txt, .jsonl, .csv"),
        ("texts.jsonl", "{", "line 1: not JSON"),
    ],
)
def test_bad_calibration_file(build_refusal, tmp_path, name, content, message):
    if content is not None:
        (tmp_path / name).write_text(content)

    assert message in build_refusal("--calibration", tmp_path / name)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read (No such file or directory)"),
        ("formats = ", "not TOML"),
        ('format = ["tflite"]', "unknown option 'format': choose from task, formats, recipes"),
        ('formats = "tflite"', "formats: Input should be a valid list"),
        ("sequence_lengths = [16, 'long']", "sequence_lengths.1: "),
        ('recipes = ["int4"]', "unknown recipe 'int4'"),
    ],
)
def test_bad_build_file(build_refusal, tmp_path, content, message):
    if content is not None:
        (tmp_path / "edge.toml").write_text(content)

    assert message in build_refusal("--config", tmp_path / "edge.toml")


@pytest.mark.parametrize("verb", [("run", "BUNDLE", "good"), ("verify", "BUNDLE"), ("bench", "BUNDLE")])
def test_missing_bundle(refusal, tmp_path, verb):
    words = [tmp_path / "intents" if word == "BUNDLE" else word for word in verb]

    assert "intents: no such bundle; make one with 'squeezebert-edge build'" in refusal(*words)


@pytest.mark.parametrize("verb", [("run", "BUNDLE", "good"), ("verify", "BUNDLE"), ("bench", "BUNDLE")])
def test_folder_without_bundle(refusal, tmp_path, verb):
    words = [tmp_path if word == "BUNDLE" else word for word in verb]

    assert "not a bundle, it has no manifest.json" in refusal(*words)


@pytest.mark.parametrize("verb", [("run", "BUNDLE", "good"), ("verify", "BUNDLE"), ("bench", "BUNDLE")])
def test_unknown_artifact(refusal, small_bundle, verb):
    words = [small_bundle if word == "BUNDLE" else word for word in verb]

    assert "no artifact 'tflite'" in refusal(*words, "--artifact", "tflite")


def test_unknown_device(refusal, small_bundle):
    assert "unknown device 'toaster'" in refusal("bench", small_bundle, "--device", "toaster")


@pytest.mark.parametrize("option", ["--runs", "--threads"])
def test_number_out_of_range(refusal, small_bundle, option):
    assert f"'{option}'" in refusal("bench", small_bundle, option, 0)


def test_empty_text(refusal, small_bundle):
    assert "an empty text has nothing to predict" in refusal("run", small_bundle, " ")


def test_too_many_texts(refusal, small_bundle):
    message = refusal("run", small_bundle, "good", "bad", "great")

    assert "text-classification takes one text or two, but 3 were given" in message


def test_debug_shows_the_traceback_and_keeps_the_status(squeezebert_edge, tmp_path):
    finished = squeezebert_edge("verify", tmp_path, "--debug")

    assert finished.status == 2
    assert finished.stdout == ""
    assert finished.stderr.startswith("Traceback")
    assert "InputError" in finished.stderr


def test_debug_after_two_dashes_is_a_text(squeezebert_edge, small_bundle):
    finished = squeezebert_edge("run", small_bundle, "--", "--debug")

    assert finished.status == 0


def test_our_own_bug_is_one_line_that_asks_to_report_it(squeezebert_edge, small_bundle, monkeypatch):
    def broken(*arguments):
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("edge.bundle.open_bundle", broken)

    finished = squeezebert_edge("verify", small_bundle)

    assert finished.status == 1
    assert finished.stderr == (
        "error: ZeroDivisionError: division by zero; this is a bug, run again with --debug and report it\n"
    )
