"""Horizontal bars as an SVG fragment that takes its colours and fonts from the page around it."""

import io
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH = 360
_ROW, _BAR, _GROUP_GAP, _MARGIN, _FONT = 21.0, 11.0, 9.0, 4.0, 11.0
_CHARACTER = 0.54 * _FONT

# matplotlib draws in these colours; each is then replaced by a CSS variable of the page.
_COLOURS = {
    "ink": "#010101",
    "muted": "#010102",
    "fail": "#010103",
    "fp32": "#010104",
    "fp16": "#010105",
    "int8-dynamic": "#010106",
    "int8-static": "#010107",
    "int8-weight": "#010108",
    "palette6-weight": "#010109",
    "int4-weight": "#01010a",
    "other": "#01010b",
}


@dataclass(frozen=True)
class Bar:
    """One bar.

    Attributes
    ----------
    colour
        A recipe's name; any name without a colour of its own gets the one of ``other``.
    text
        The value as the reader sees it, at the end of the bar.
    failed
        Whether the bar is hatched and its label crossed.
    whisker
        A second, larger value that a thin line reaches to.
    limit
        A value that a tick across the bar marks.
    """

    label: str
    value: float
    text: str
    colour: str
    failed: bool = False
    whisker: float | None = None
    limit: float | None = None


def colour_of(recipe: str) -> str:
    """Return the name under which the page's style sheet defines a recipe's colour."""
    return recipe if recipe in _COLOURS else "other"


def draw(name: str, groups: list[list[Bar]]) -> tuple[str, float]:
    """Draw groups of bars.

    Parameters
    ----------
    name
        Prefix of the fragment's ids, unique on the page.
    groups
        Bars from top to bottom; a gap separates the groups.

    Returns
    -------
    tuple
        The inside of an ``<svg>`` element and the height of its view box, whose width is `WIDTH`.
    """
    import matplotlib
    from matplotlib.figure import Figure

    bars = [bar for group in groups for bar in group]
    height = 2 * _MARGIN + _ROW * len(bars) + _GROUP_GAP * (len(groups) - 1)
    left = min(_CHARACTER * max(len(bar.label) + 2 * bar.failed for bar in bars) + 8, WIDTH * 0.55)
    right = _CHARACTER * max(len(bar.text) for bar in bars) + 8
    scale = [number for bar in bars for number in (bar.value, bar.whisker, bar.limit) if number is not None]
    finite = [number for number in scale if math.isfinite(number)]
    low, high = min(0.0, *finite, 0.0), max(0.0, *finite, 0.0)
    high = high if high > low else low + 1.0

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(
            {"svg.fonttype": "none", "svg.hashsalt": name, "text.parse_math": False, "font.size": _FONT}
        )
        figure = Figure(figsize=(WIDTH / 72, height / 72))
        axes = figure.add_axes((left / WIDTH, 0.0, (WIDTH - left - right) / WIDTH, 1.0))
        axes.set_axis_off()
        axes.set_xlim(low, high)
        axes.set_ylim(height, 0.0)
        top = _MARGIN
        for group in groups:
            for bar in group:
                _draw_bar(axes, bar, top + _ROW / 2, low, high)
                top += _ROW
            top += _GROUP_GAP
        axes.plot([0, 0], [0, height], color=_COLOURS["muted"], linewidth=0.8, clip_on=False)
        file = io.StringIO()
        metadata = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(file, format="svg", transparent=True, metadata=metadata)
    return _fragment(file.getvalue(), name), height


def _draw_bar(axes: "Axes", bar: Bar, y: float, low: float, high: float) -> None:
    length = 0.0 if math.isnan(bar.value) else min(max(bar.value, low), high)
    colour = _COLOURS[colour_of(bar.colour)]
    if bar.failed:
        axes.barh(y, length, _BAR, facecolor="none", edgecolor=colour, hatch="//////", linewidth=1.2, clip_on=False)
    else:
        axes.barh(y, length, _BAR, color=colour, linewidth=0)
    end = max(length, 0.0)
    if bar.whisker is not None and math.isfinite(bar.whisker):
        end = max(end, bar.whisker)
        # With a cap, or the line reads as a minus before the figure.
        line, cap = [length, bar.whisker], [y - _BAR / 3, y + _BAR / 3]
        axes.plot([*line, bar.whisker, bar.whisker], [y, y, *cap], color=_COLOURS["ink"], linewidth=1.2, clip_on=False)
    if bar.limit is not None and math.isfinite(bar.limit):
        span = [y - _BAR / 2 - 2.5, y + _BAR / 2 + 2.5]
        axes.plot([bar.limit, bar.limit], span, color=_COLOURS["ink"], linewidth=1.4, clip_on=False)
        end = max(end, bar.limit)
    ink = _COLOURS["fail" if bar.failed else "ink"]
    place: dict[str, Any] = {"textcoords": "offset points", "va": "center_baseline", "annotation_clip": False}
    axes.annotate(bar.text, (end, y), (5, 0), ha="left", color=ink, **place)
    label = f"✕ {bar.label}" if bar.failed else bar.label
    axes.annotate(label, (low, y), (-6, 0), ha="right", color=ink, **place)


def _fragment(svg: str, name: str) -> str:
    inside = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
    inside = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", inside, flags=re.DOTALL)
    inside = re.sub(r"<defs>\s*</defs>", "", inside)
    inside = re.sub(r'\bxlink:href="#', 'href="#', inside)
    inside = re.sub(r'(\bid="|\bhref="#|url\(#)', rf"\g<1>{name}-", inside)
    for variable, colour in _COLOURS.items():
        inside = re.sub(rf"\b(fill|stroke): {colour}\b", rf"\1: var(--{variable})", inside)
    return inside.strip()
