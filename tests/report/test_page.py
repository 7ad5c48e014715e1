"""report.html: self-contained, complete, escaped, repeatable, honest about what failed and what is missing."""

import re
from html.parser import HTMLParser

import matplotlib
import pytest

from edge.report.figures import compact, megabytes, metric_text
from edge.report.page import render

VOID = {"meta", "col", "br", "hr", "img", "input", "link"}
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=y> & $a_b$ {{ 7 * 7 }}'


class Page(HTMLParser):
    """Parses a page; fails on tags that do not nest."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.mark.parametrize("name", ["minilm", "sixteen"])
def test_page_refers_to_nothing_outside_itself(name, request):
    text = render(request.getfixturevalue(name))
    page = Page(text)
    assert not re.search(r"\w+://|@import|\bsrc\s*=|javascript:", text)
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "link", "img", "iframe", "object", "embed", "image"})
    for _, attributes in page.tags:
        for reference in (attributes.get("href"), attributes.get("xlink:href")):
            assert reference is None or reference.startswith("#")
    assert all(target.startswith("#") for target in re.findall(r"url\(([^)]*)\)", text))


def test_ids_are_unique_and_references_resolve(minilm):
    text = render(minilm)
    page = Page(text)
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    wanted = re.findall(r'(?:href="#|url\(#)([^")]+)', text)
    wanted += [attributes["aria-labelledby"] for _, attributes in page.tags if "aria-labelledby" in attributes]
    assert set(wanted) <= set(ids)


def test_every_artifact_and_figure_is_in_its_row(minilm):
    rows = re.findall(r"<tr[^>]*>\s*<th scope=\"row\" class=\"id\">.*?</tr>", render(minilm), re.DOTALL)
    assert len(rows) == len(minilm.artifacts)
    for row, text in zip(minilm.artifacts, rows, strict=True):
        cells = [cell.removeprefix("✕ ") for cell in Page(text).texts]
        figures = [megabytes(row.bytes), *(metric_text(name, value) for name, value in row.parity.items())]
        if row.benchmark is not None:
            latency = row.benchmark.latency_ms
            figures += map(compact, (latency.p50, latency.p90, row.benchmark.load_ms, row.benchmark.peak_rss_mb))
        for expected in (row.id, row.format, row.recipe, str(row.sequence_length), *figures):
            assert expected in cells
        assert ("not measured" in cells) == (row.benchmark is None)
        assert ("✓ pass" in cells) == row.passed


def test_head_names_model_task_parameters_device_and_toolchain(minilm):
    texts = Page(render(minilm)).texts
    for expected in (minilm.model, minilm.task, "22,713,216", "256", minilm.device, *minilm.toolchain.values()):
        assert expected in texts


def test_failed_gates_are_named_with_value_and_limit(minilm):
    text = " ".join(" ".join(Page(render(minilm)).texts).split())
    assert "1 of 8 fail a gate" in text
    assert "cosine 0.94127, must be at least 0.98; SQNR dB 9.8, must be at least 15" in text
    assert "✕ FAIL cosine SQNR dB" in text


def test_page_without_failures_says_so(sixteen):
    text = render(sixteen)
    assert "All gates passed" in text
    assert "FAIL" not in text


def test_missing_latency_is_said_and_left_out_of_its_chart(minilm, make_report):
    page = Page(render(minilm))
    latency = next(svg["aria-label"] for svg in page.named("svg") if "Latency" in (svg["aria-label"] or ""))
    assert "onnx-int8-dynamic-128" in latency
    assert "coreml" not in latency
    none = render(make_report([row for row in minilm.artifacts if row.benchmark is None]))
    assert len(Page(none).named("svg")) == 2
    assert "Latency: not measured." in none


def test_charts_and_tables_are_accessible(minilm):
    page = Page(render(minilm))
    assert len(page.named("figure")) == len(page.named("figcaption")) == len(page.named("svg")) == 3
    for svg in page.named("svg"):
        assert svg["role"] == "img"
        assert svg["aria-label"]
        assert svg["viewbox"]
        assert "width" not in svg
    assert all(header["scope"] for header in page.named("th"))
    assert page.named("html") == [{"lang": "en"}]


def test_charts_take_their_colours_from_the_page(minilm):
    text = render(minilm)
    for svg in re.findall(r"<svg.*?</svg>", text, re.DOTALL):
        assert not re.search(r"(?:fill|stroke): #", svg)
        assert "var(--ink)" in svg
    defined = set(re.findall(r"(--[\w-]+):", text))
    assert set(re.findall(r"var\((--[\w-]+)\)", text)) <= defined


def test_hostile_names_are_escaped(minilm, make_report):
    row = minilm.artifacts[3].model_copy(update={"id": HOSTILE, "recipe": HOSTILE, "format": HOSTILE})
    text = render(make_report([row], model=HOSTILE))
    page = Page(text)
    assert "<script" not in text
    assert "<img" not in text
    assert page.texts.count(HOSTILE) >= 4
    assert f"✕ {HOSTILE}" in page.texts
    assert "49" not in page.texts


def test_same_document_gives_the_same_bytes_whatever_the_settings(minilm):
    first = render(minilm)
    with matplotlib.rc_context({"svg.fonttype": "path", "lines.linewidth": 9, "savefig.pad_inches": 3}):
        assert render(minilm) == first
        assert matplotlib.rcParams["svg.fonttype"] == "path"


def test_values_that_are_not_finite_are_written_and_drawn(minilm, make_report):
    exact, broken = minilm.artifacts[0], minilm.artifacts[3]
    rows = [
        exact.model_copy(update={"parity": {"cosine": 1.0, "sqnr_db": float("inf")}}),
        broken.model_copy(update={"parity": {"cosine": float("nan"), "sqnr_db": float("nan")}}),
        exact.model_copy(update={"parity": {"cosine": 1.0, "sqnr_db": 999.0}}),
        broken.model_copy(update={"parity": {"cosine": -1.0, "sqnr_db": -999.0, "max_abs": 1e38}}),
        broken.model_copy(update={"parity": {"cosine": -0.2, "sqnr_db": -3.0}}),
    ]
    texts = Page(render(make_report(rows))).texts
    assert {"∞", "-∞", "nan", "-3.0", "1.00000"} <= set(texts)


def test_page_stays_small(sixteen):
    assert len(render(sixteen).encode()) < 120_000
