"""Reading a PDF back as a reader sees it: its text, its letters, its fonts."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import page as validator
import pdfplumber


def text_of(pdf: bytes) -> str:
    """All text in reading order, every run of white space as one space."""
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True)
    return " ".join(done.stdout.decode().split())


@contextmanager
def first_page(pdf: bytes) -> Iterator[Any]:
    with pdfplumber.open(BytesIO(pdf)) as opened:
        yield opened.pages[0]


def letters_of(pdf: bytes) -> list[dict[str, Any]]:
    """The printed letters of all pages, without spaces."""
    with pdfplumber.open(BytesIO(pdf)) as opened:
        return [char for each in opened.pages for char in each.chars if char["text"].strip()]


def fonts_of(pdf: bytes) -> list[list[str]]:
    """The lines of ``pdffonts``: name, ..., emb, sub, uni, object."""
    done = subprocess.run(["pdffonts", "-"], input=pdf, capture_output=True, text=False)
    return [line.split() for line in done.stdout.decode().splitlines()[2:]]


def assert_good_paper(pdf: bytes, edge: float = 8 * 72 / 25.4) -> None:
    """Every page is a valid PDF/UA-1 in our faces, of 12 points and up, with clear margins and no
    two words on top of each other."""
    report = validator.validate_pdf_bytes(pdf, profile="ua1")
    assert report.is_compliant, [failure.message for failure in report.failures]
    for font in fonts_of(pdf):
        assert font[-5] == "yes", "embedded"
        assert "Andika" in font[0] or "Bricolage" in font[0]
    with pdfplumber.open(BytesIO(pdf)) as opened:
        for sheet in opened.pages:
            letters = [letter for letter in sheet.chars if letter["text"].strip()]
            assert letters
            assert min(letter["size"] for letter in letters) >= 12
            for letter in letters:
                where = (letter["text"], letter["x0"], letter["top"])
                assert edge <= letter["x0"] <= letter["x1"] <= float(sheet.width) - edge, where
                assert edge <= letter["top"] <= letter["bottom"] <= float(sheet.height) - edge
            assert_apart(sheet.extract_words(extra_attrs=["size"]))


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
    with pdfplumber.open(BytesIO(pdf)) as opened:
        marked: dict[tuple[int, int], str] = {}
        for number, sheet in enumerate(opened.pages, start=1):
            for letter in sheet.chars:
                if letter["mcid"] is not None:
                    key = (number, letter["mcid"])
                    marked[key] = marked.get(key, "") + letter["text"]
        said = [marked.get(key, "") for key in _marks(opened.structure_tree, 1)]
    return " ".join(" ".join(said).split())


def _marks(elements: list[dict[str, Any]], page: int) -> Iterator[tuple[int, int]]:
    for element in elements:
        here = element.get("page_number") or page
        for mark in element.get("mcids", ()):
            yield here, mark
        yield from _marks(element.get("children", []), here)
