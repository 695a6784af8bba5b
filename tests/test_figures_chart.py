"""Charts: what is drawn, what they say to who cannot see them, and what is not in them."""

from __future__ import annotations

import sys
from xml.etree import ElementTree

from documents import figures_chart
from documents.figures_chart import Bar, Series

SVG = "{http://www.w3.org/2000/svg}"
DAYS = [str(n) for n in range(1, 31)]


def read(drawing: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(drawing)


def texts(drawing: bytes) -> list[str]:
    return [node.text or "" for node in read(drawing).iter(f"{SVG}text")]


def bars(drawing: bytes, kind: str = "n0") -> list[tuple[float, float]]:
    groups = [node for node in read(drawing).iter(f"{SVG}g") if node.get("class") == kind]
    return [
        (float(rect.get("width", 0)), float(rect.get("height", 0)))
        for group in groups
        for rect in group.iter(f"{SVG}rect")
    ]


def test_a_chart_has_a_title_and_a_description() -> None:
    root = read(
        figures_chart.standing("Per dag", "De meeste: 9.", DAYS[:1], [Series("", [Bar(9)])])
    )
    named = {node.get("id"): node.text for node in root if node.get("id")}
    assert [named[each] for each in root.get("aria-labelledby", "").split()] == [
        "Per dag",
        "De meeste: 9.",
    ]
    assert root.get("role") == "img"


def test_a_chart_holds_no_script_no_style_but_ours_and_nothing_from_elsewhere() -> None:
    for drawing in (
        figures_chart.standing("a", "b", DAYS, [Series("", [Bar(n) for n in range(30)])], every=7),
        figures_chart.lying("a", "b", ["x", "y"], Series("", [Bar(1, "1"), Bar(2, "2")])),
    ):
        text = drawing.decode()
        for word in ("<script", "href", "style=", "@import", "url(", "<!--", "pygal"):
            assert word not in text
        assert text.count("<style>") == 1
        assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


def test_what_people_typed_stays_text() -> None:
    nasty = '</title><script>alert("x")</script>&'
    drawing = figures_chart.lying(nasty, nasty, [nasty], Series("", [Bar(1, nasty)]))
    assert not list(read(drawing).iter(f"{SVG}script"))
    assert nasty in texts(drawing)


def test_a_bar_is_as_long_as_its_number() -> None:
    drawing = figures_chart.standing(
        "a", "b", ["ma", "di"], [Series("", [Bar(10, "10"), Bar(20, "20")])]
    )
    (_w, one), (_v, two) = bars(drawing)
    assert round(two / one, 1) == 2
    assert {"10", "20", "ma", "di"} <= set(texts(drawing))


def test_what_is_hidden_is_as_long_whatever_it_was() -> None:
    hidden = [Bar(2.5, "<5"), Bar(2.5, "<5"), Bar(10, "10")]
    drawing = figures_chart.lying("a", "b", ["x", "y", "z"], Series("", hidden))
    lengths = sorted(width for width, _height in bars(drawing))
    assert lengths[0] == lengths[1] < lengths[2]
    assert texts(drawing).count("<5") == 2
    assert "2.5" not in drawing.decode()


def test_what_nobody_counted_is_a_mark_and_no_bar() -> None:
    drawing = figures_chart.standing(
        "a", "b", DAYS, [Series("", [Bar(57, "57"), Bar(0, "?"), Bar(None)] * 10)], every=7
    )
    assert texts(drawing).count("?") == 10
    assert len([height for _width, height in bars(drawing) if height]) == 10
    # So many numbers would cover each other; the table has them.
    assert "57" not in texts(drawing)


def test_two_years_have_a_legend() -> None:
    months = ["jan", "feb"]
    series = [Series("2026", [Bar(1), Bar(2)]), Series("2025", [Bar(3), Bar(4)])]
    drawing = figures_chart.standing("a", "b", months, series)
    assert {"2026", "2025"} <= set(texts(drawing))
    assert len(bars(drawing, "n1")) == 2
    height = float(read(drawing).get("viewBox", "").split()[3])
    assert figures_chart.height_of(months, series, lying=False) == height


def test_a_chart_without_visitors_is_drawn_all_the_same() -> None:
    for bar in (Bar(None), Bar(0, "0")):
        figures_chart.standing("a", "b", DAYS, [Series("", [bar] * 30)], every=7)
        figures_chart.lying("a", "b", ["x"], Series("", [bar]))


def test_a_chart_is_light() -> None:
    drawing = figures_chart.standing(
        "a", "b", DAYS, [Series("", [Bar(n, str(n)) for n in range(30)])], every=7
    )
    assert len(drawing) < 4096


def test_the_library_leaves_no_finder_in_the_imports_of_others() -> None:
    figures_chart.standing("a", "b", ["ma"], [Series("", [Bar(1)])])
    assert all(hasattr(finder, "find_spec") for finder in sys.meta_path)
