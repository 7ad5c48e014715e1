"""The terminal's table: whole at 80 columns, honest about what is missing."""

import io

import pytest
from rich.console import Console

from edge.report.comparison import speed_up
from edge.report.table import result_table


def printed(document, width):
    file = io.StringIO()
    Console(file=file, width=width).print(result_table(document))
    return [line.rstrip() for line in file.getvalue().splitlines()]


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("name", ["minilm", "sixteen"])
def test_nothing_is_cut_or_wrapped(name, width, request):
    document = request.getfixturevalue(name)
    lines = printed(document, width)
    assert not any("…" in line for line in lines)
    assert all(len(line) <= width for line in lines)
    for row in document.artifacts:
        (line,) = [line.split() for line in lines if line.startswith(f"{row.id} ")]
        assert len(line) == 9
        assert line[-1] == ("pass" if row.passed else "FAIL")


def test_widest_figures_fit_80_columns(make_artifact, make_report):
    row = make_artifact("executorch", "int8-dynamic", 128, 1_234_500_000, (0.99987, 118.42, 0.1, 0.99999), 1234.5)
    row = row.model_copy(update={"id": "executorch-int8-dynamic-multi", "size_ratio": 0.256})
    control = make_artifact("executorch", "fp32", 128, 9_234_500_000, (0.99999, 118.42, 0.1, 0.99999), 12345.6)
    lines = printed(make_report([control, row]), 80)
    cells = "executorch-int8-dynamic-multi 1234 0.26x 0.9998 118.4 0.9999 1234 10.0x pass"
    assert cells in [" ".join(line.split()) for line in lines]


def test_figures_speed_up_and_dashes(minilm):
    lines = [" ".join(line.split()) for line in printed(minilm, 80)]
    assert "executorch-int8-dynamic-128 23.5 0.26x 0.9931 21.7 0.9942 14.6 2.2x pass" in lines
    assert "coreml-int8-static-128 23.1 0.25x 0.9412 9.8 0.9711 - - FAIL" in lines
    assert "executorch-fp32-128 91.2 1.0x 0.9999 118.4 0.9999 31.8 - pass" in lines


def test_failed_gates_and_missing_latency_are_named_below(minilm):
    lines = printed(minilm, 80)
    assert "FAIL coreml-int8-static-128: cosine 0.94127, must be at least 0.98" in lines
    assert "FAIL coreml-int8-static-128: sqnr_db 9.8, must be at least 15" in lines
    assert any("not measured" in line for line in lines)


def test_top1_has_its_own_header(minilm, make_report):
    row = minilm.artifacts[1].model_copy(update={"parity": {"cosine": 0.99, "sqnr_db": 21.0, "top1": 0.98437}})
    text = "\n".join(printed(make_report([row]), 80))
    assert "top-1" in text
    assert "98.4%" in text
    assert "rank" not in text


def test_markup_in_names_is_text(minilm, make_report):
    row = minilm.artifacts[1].model_copy(update={"id": "[red]x[/red]"})
    text = "\n".join(printed(make_report([row], model="[bold]m"), 80))
    assert "[red]x[/red]" in text
    assert "[bold]m" in text


def test_speed_up_needs_the_same_device_and_threads(minilm, make_report):
    control, row = minilm.artifacts[:2]
    assert speed_up(minilm, row) == pytest.approx(31.84 / 14.62)
    assert speed_up(minilm, control) is None
    other = row.benchmark.model_copy(update={"threads": 1})
    row = row.model_copy(update={"benchmark": other})
    assert speed_up(make_report([control, row]), row) is None
