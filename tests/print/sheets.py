"""Reading a PDF back as a reader sees it: its text, its letters, its fonts."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from io import BytesIO
from typing import Any

import page as validator
import pdfplumber
from pdfplumber.utils import extract_words

#: Those of static/fonts, as the names of fonts in a PDF have them.
FACES = ("Andika", "Bricolage", "Noto-Sans", "Vazirmatn")


def text_of(pdf: bytes) -> str:
    """All text in reading order, every run of white space as one space."""
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True)
    return " ".join(done.stdout.decode().split())


@dataclass(frozen=True)
class Sheet:
    """One page, in points: its letters with where they stand, and the words that they make."""

    width: float
    height: float
    chars: list[dict[str, Any]]

    @cached_property
    def words(self) -> list[dict[str, Any]]:
        """With the size of their letters; of two sizes, two words."""
        return extract_words(self.chars, extra_attrs=["size"])

    @property
    def letters(self) -> list[dict[str, Any]]:
        """What is printed of it: all but the spaces."""
        return [char for char in self.chars if char["text"].strip()]


@dataclass(frozen=True)
class Paper:
    """A whole document: its pages, and the page and number of each piece of tagged text in the
    order of the tags."""

    sheets: list[Sheet]
    marks: list[tuple[int, int]]


@lru_cache(maxsize=2)
def paper_of(pdf: bytes) -> Paper:
    """Reads a PDF once, however many checks look at it after each other: to take one apart in
    Python costs more than to print it."""
    with pdfplumber.open(BytesIO(pdf)) as opened:
        return Paper(
            [Sheet(float(each.width), float(each.height), each.chars) for each in opened.pages],
            list(_marks(opened.structure_tree, 1)),
        )


@contextmanager
def first_page(pdf: bytes) -> Iterator[Any]:
    with pdfplumber.open(BytesIO(pdf)) as opened:
        yield opened.pages[0]


def letters_of(pdf: bytes) -> list[dict[str, Any]]:
    """The printed letters of all pages, without spaces."""
    return [letter for sheet in paper_of(pdf).sheets for letter in sheet.letters]


def fonts_of(pdf: bytes) -> list[list[str]]:
    """The lines of ``pdffonts``: name, ..., emb, sub, uni, object."""
    done = subprocess.run(["pdffonts", "-"], input=pdf, capture_output=True, text=False)
    return [line.split() for line in done.stdout.decode().splitlines()[2:]]


def assert_good_paper(pdf: bytes, edge: float = 8 * 72 / 25.4, smallest: float = 12) -> None:
    """Every page is a valid PDF/UA-1 in our faces, of ``smallest`` points and up, with clear
    margins and no two words on top of each other."""
    report = validator.validate_pdf_bytes(pdf, profile="ua1")
    assert report.is_compliant, [failure.message for failure in report.failures]
    for font in fonts_of(pdf):
        assert font[-5] == "yes", "embedded"
        assert any(face in font[0] for face in FACES), font[0]
    for sheet in paper_of(pdf).sheets:
        letters = sheet.letters
        assert letters
        least = min(letters, key=lambda letter: letter["size"])
        assert least["size"] >= smallest - 0.01, (least["text"], least["size"])
        for letter in letters:
            where = (letter["text"], letter["x0"], letter["top"])
            assert edge <= letter["x0"] <= letter["x1"] <= sheet.width - edge, where
            assert edge <= letter["top"] <= letter["bottom"] <= sheet.height - edge, where
        assert_apart(sheet.words)


def assert_apart(words: list[dict[str, Any]]) -> None:
    """No word lies over another."""
    # A line box is higher than its letters: shrink each word to about its x-height.
    boxes = [
        (
            word["x0"] + 0.5,
            word["top"] + 0.3 * word["size"],
            word["x1"] - 0.5,
            word["bottom"] - 0.3 * word["size"],
            word["text"],
        )
        for word in words
    ]
    for i, one in enumerate(boxes):
        for other in boxes[i + 1 :]:
            apart = (
                one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
            )
            assert apart, (one, other)


def read_aloud(pdf: bytes) -> str:
    """The text as a screen reader goes through it: in the order of the tags, not of the paint."""
    said = ["".join(letter["text"] for letter in some) for _page, some in _tagged(pdf)]
    return " ".join(" ".join(said).split())


#: What is higher on a page than this, in points, begins a panel.
PANEL_TOP = 100


def assert_read_in_order(pdf: bytes, *, leftwards: bool = False, folded: bool = False) -> None:
    """Whoever follows the tags goes over each page as the eye does: down, along a line, or up to
    the top of a column further along. leftwards: the language is read from right to left. folded:
    the panels of the first page are read from the cover, which lies where a line ends."""
    before: tuple[int, float, float, float, str] | None = None
    for page, letters in _tagged(pdf):
        seen = [letter for letter in letters if letter["text"].strip()]
        if not seen:
            continue
        top, bottom = min(each["top"] for each in seen), max(each["bottom"] for each in seen)
        along = -max(each["x1"] for each in seen) if leftwards else min(e["x0"] for e in seen)
        text = "".join(each["text"] for each in seen)
        if before is not None and before[0] == page:
            _page, its_top, its_bottom, its_along, its_text = before
            middle = (top + bottom) / 2
            if middle < its_bottom - 1 and along < its_along - 1:
                below = top > its_top + 1 and middle > (its_top + its_bottom) / 2
                new_panel = folded and page == 1 and top < PANEL_TOP
                assert below or new_panel, (its_text, text)
        before = (page, top, bottom, along, text)


def _tagged(pdf: bytes) -> list[tuple[int, list[dict[str, Any]]]]:
    """The letters of each tag with the number of its page, in the order of the tags."""
    paper = paper_of(pdf)
    marked: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for number, sheet in enumerate(paper.sheets, start=1):
        for letter in sheet.chars:
            if letter["mcid"] is not None:
                marked.setdefault((number, letter["mcid"]), []).append(letter)
    return [(key[0], marked.get(key, [])) for key in paper.marks]


def _marks(elements: list[dict[str, Any]], page: int) -> Iterator[tuple[int, int]]:
    for element in elements:
        here = element.get("page_number") or page
        for mark in element.get("mcids", ()):
            yield here, mark
        yield from _marks(element.get("children", []), here)
