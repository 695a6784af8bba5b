"""Charts of visitors as SVG: pygal places the bars, the style is the house's own.

A chart knows nothing but what is shown in the table beside it: a number that is hidden there has
neither a text nor a height of its own here.
"""

from __future__ import annotations

import hashlib
import re
import sys
from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple
from xml.etree import ElementTree

_SVG = "{http://www.w3.org/2000/svg}"
WIDTH = 360
_HEIGHT = 210
#: The height of a bar that lies, with the space below it.
_LYING = 30
#: More bars than this have no room for their numbers.
MOST_NUMBERS = 14
_FONT = 14
_LEGEND = 22
#: Longer names of lying bars leave no room for the bars.
_LONGEST = 20

#: The tokens of the screen, in both schemes; on paper the light one.
STYLE = (
    ":root{color-scheme:light dark}"
    "svg{--ink:#1c1b19;--soft:#55524b;--line:#ddd8cc;--now:#0b5d5e;--then:#f2b134}"
    "@media screen and (prefers-color-scheme:dark){"
    "svg{--ink:#f6f2e9;--soft:#c4beb1;--line:#3d3a34;--now:#7fd0cd;--then:#b98414}}"
    'text{font:14px system-ui,"Segoe UI",Roboto,"Noto Sans",Arial,sans-serif;fill:var(--soft)}'
    ".value{fill:var(--ink);font-size:13px;text-anchor:middle}"
    ".x text{text-anchor:middle}.y text{text-anchor:end}"
    ".line{stroke:var(--line)}"
    ".n0{fill:var(--now)}.n1{fill:var(--then)}"
    ".lying .value{text-anchor:start}"
)
#: For the policy of the answer: this style and nothing else may be in it.
STYLE_HASH = "sha256-" + b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()


class Bar(NamedTuple):
    """A bar: its length, and the number (or mark) at its end; None leaves the place empty."""

    size: float | None
    text: str = ""


class Series(NamedTuple):
    """Bars of one kind; ``name`` stands in the legend when there are two."""

    name: str
    bars: Sequence[Bar]


def height_of(labels: Sequence[str], series: Sequence[Series], *, lying: bool) -> int:
    """How high a chart is, where it is ``WIDTH`` wide."""
    if lying:
        return _LYING * len(labels) + 12
    return _HEIGHT + (_LEGEND if len(series) > 1 else 0)


def standing(
    title: str,
    description: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    every: int = 1,
) -> bytes:
    """Bars beside each other, from left to right.

    :param labels: a different one for each bar; of many only each ``every``-th is written.
    """
    many = len(labels) * len(series) > MOST_NUMBERS
    chart = _pygal().Bar(
        _config(
            height=_HEIGHT,
            x_labels=list(labels),
            x_labels_major=list(labels[::every]),
            show_minor_x_labels=False,
            max_scale=5,
            min_scale=3,
            order_min=0,
            truncate_label=-1,
        )
    )
    return _drawn(chart, title, description, series, marks_only=many, lying=False)


def lying(title: str, description: str, labels: Sequence[str], series: Series) -> bytes:
    """Bars below each other, the first on top, for names that need room."""
    # From the bottom up: the first is to be on top.
    upward = Series(series.name, list(series.bars)[::-1])
    chart = _pygal().HorizontalBar(
        _config(
            height=height_of(labels, [series], lying=True),
            x_labels=[_short(label) for label in labels][::-1],
            # The sides are swapped: this is the axis of the numbers.
            show_x_labels=False,
            show_y_guides=False,
            truncate_label=-1,
            # Room at the right for the numbers at the ends of the bars.
            range=(0, 1.2 * max((bar.size or 0 for bar in series.bars), default=1) or 1),
        )
    )
    return _drawn(chart, title, description, [upward], marks_only=False, lying=True)


@cache
def _pygal() -> Any:
    """The library that places the bars; most requests do not need it."""
    import pygal
    import pygal.etree
    import pygal.style

    # Whatever else is installed: a tree of lxml, which print brings, holds no parts of ours.
    pygal.etree.etree.to_etree()
    # It hangs a finder of its maps into the imports of everybody, in a form that Python gave up.
    sys.meta_path[:] = [
        finder for finder in sys.meta_path if type(finder).__name__ != "PluginImportFixer"
    ]
    return pygal


def _short(label: str) -> str:
    return label if len(label) <= _LONGEST else label[: _LONGEST - 1].rstrip() + "…"


def _config(**more: Any) -> Any:
    pygal = _pygal()
    style = pygal.style.Style(
        label_font_size=_FONT, major_label_font_size=_FONT, value_font_size=13
    )
    return pygal.Config(
        width=WIDTH,
        style=style,
        css=[],
        js=[],  # It would come from elsewhere.
        no_prefix=True,
        show_legend=False,
        print_values=True,
        print_values_position="top",
        print_zeroes=True,
        margin=4,
        margin_top=14,
        spacing=4,
        no_data_text="",
        value_formatter=lambda n: f"{n:.0f}",
        **more,
    )


def _drawn(
    chart: Any,
    title: str,
    description: str,
    series: Sequence[Series],
    *,
    marks_only: bool,
    lying: bool,
) -> bytes:
    for each in series:
        chart.add(
            each.name,
            [
                None
                if bar.size is None
                else {
                    "value": bar.size,
                    "formatter": lambda _n, text=bar.text, size=bar.size: (
                        text if size == 0 or not marks_only else ""
                    ),
                }
                for bar in each.bars
            ],
        )
    root = chart.render_tree()
    names = [each.name for each in series] if len(series) > 1 else []
    return _tidied(root, title, description, names, lying=lying)


# -- from pygal's drawing to ours -----------------------------------------------------------------


def _tidied(
    root: ElementTree.Element,
    title: str,
    description: str,
    names: Sequence[str],
    *,
    lying: bool,
) -> bytes:
    """The bars, the axes and the numbers of a drawing, and nothing else of it."""
    for part in root.iter():
        part.tag = str(part.tag).removeprefix(_SVG)
    height = float(root.get("viewBox", "0 0 0 0").split()[3])
    svg = ElementTree.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {WIDTH} {height + (_LEGEND if names else 0):g}",
            "role": "img",
            "aria-labelledby": "t d",
        },
    )
    if lying:
        svg.set("class", "lying")
    ElementTree.SubElement(svg, "title", id="t").text = title
    ElementTree.SubElement(svg, "desc", id="d").text = description
    ElementTree.SubElement(svg, "style").text = STYLE
    for group in root.iter("g"):
        kinds = (group.get("class") or "").split()
        if "axis" in kinds:
            _add(svg, group, "x" if "x" in kinds else "y", root, ("text", "path"))
        elif "bars" in kinds:
            number = sum(each.get("class", "").startswith("n") for each in svg)
            _add(svg, group, f"n{number}", root, ("rect",))
    for group in root.iter("g"):
        if "text-overlay" in (group.get("class") or ""):
            _add(svg, group, "values", root, ("text",))
    for number, name in enumerate(names):
        x = 8 + 100 * number
        _node(svg, "rect", {"x": x, "y": height + 6, "width": 10, "height": 10}, f"n{number}")
        _node(svg, "text", {"x": x + 16, "y": height + 15}).text = name
    return ElementTree.tostring(svg, encoding="unicode").encode()


def _add(
    svg: ElementTree.Element,
    group: ElementTree.Element,
    name: str,
    root: ElementTree.Element,
    wanted: Sequence[str],
) -> None:
    moved = next(
        (
            each.get("transform")
            for each in root.iter("g")
            if group in list(each.iter("g")) and each.get("transform")
        ),
        None,
    )
    place = ElementTree.SubElement(svg, "g", {"class": name})
    if moved:
        place.set("transform", _rounded(moved))
    for part in group.iter():
        if part.tag not in wanted or (part.tag == "text" and not (part.text or "").strip()):
            continue
        kinds = (part.get("class") or "").split()
        if part.tag == "path" and ("line" not in kinds or name == "x"):
            continue
        attributes = {
            key: part.get(key, "")
            for key in ("x", "y", "width", "height", "d")
            if part.get(key) is not None
        }
        kind = "value" if name == "values" else "line" if part.tag == "path" else ""
        _node(place, part.tag, attributes, kind).text = part.text


def _node(
    parent: ElementTree.Element, tag: str, attributes: dict[str, Any], kind: str = ""
) -> ElementTree.Element:
    found = {key: _rounded(str(value)) for key, value in attributes.items()}
    return ElementTree.SubElement(parent, tag, {**found, **({"class": kind} if kind else {})})


def _rounded(numbers: str) -> str:
    return re.sub(r"-?\d+\.\d+", lambda found: f"{float(found[0]):.1f}".removesuffix(".0"), numbers)
